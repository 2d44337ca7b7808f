internal import Jobs
package import Records
internal import Store

/// Keeps the store to what the site's rules say: versions expire, and what nothing needs any more goes.
package struct StoreKeeper {
  private let site: Site
  private let now: Timestamp

  /// - Parameter now: when versions expire, and what grace periods are counted to.
  package init(_ site: Site, now: Timestamp) {
    self.site = site
    self.now = now
  }

  private var collector: Collector {
    get throws {
      try Collector(site.store, graceSeconds: site.settings.retention.graceSeconds, now: now.seconds)
    }
  }

  private func retention() throws -> RetentionPlan {
    RetentionPlan(try SiteInventory(site.store), site.settings.retention, project: site.settings.project)
  }

  /// What ``collect()`` would do now. Changes nothing.
  package func plan() throws -> CollectionSummary {
    try site.store.besideCollections {
      let plan = try retention()
      var summary = try summary(plan)
      summary.collection = try collector.plan(plan.roots())
      return summary
    }
  }

  /// Ends what the rules do not keep, marks, and sweeps what is due.
  package func collect() throws -> CollectionSummary {
    var summary = emptySummary
    summary.collection = try collector.collect {
      let plan = try retention()
      summary = try self.summary(plan)
      for expiry in plan.expiries {
        try site.store.refs.expire(expiry.version.number, of: expiry.entity, at: now.text, why: expiry.why)
      }
    } _: {
      // A version that is there keeps its content, though others that came meanwhile made it one too many for the rules:
      // the next collection ends it first.
      try retention().roots(without: [])
    }
    if summary.collection.removed.count > 0 { try forgetStepResults() }
    return summary
  }

  private var emptySummary: CollectionSummary {
    CollectionSummary(dueFrom: Timestamp(seconds: now.seconds + site.settings.retention.graceSeconds))
  }

  private func summary(_ plan: RetentionPlan) throws -> CollectionSummary {
    var summary = emptySummary
    let groups = plan.expiries.map { $0.version.roots(.ifPresent) } + [plan.forgottenRoots()]
    let bytes = try site.store.exclusiveBytes(of: groups, beyond: plan.roots())
    summary.expired = zip(plan.expiries, bytes).map { expiry, bytes in
      CollectionSummary.Expiry(
        kind: expiry.entity.kind, project: expiry.entity.project, name: expiry.entity.name,
        version: expiry.version.number, why: expiry.why, bytes: bytes)
    }
    summary.forgottenRuns = plan.forgottenRuns.count
    summary.forgottenBytes = bytes.last ?? 0
    return summary
  }

  /// Results of steps that name what is gone are of no use: the steps are done again when they are needed.
  private func forgetStepResults() throws {
    // Brings what this process knows of packs up to the collection.
    let session = try StoreSession(site.store)
    defer { session.keep() }
    for key in try site.store.stepResultKeys() {
      if let memory = try StepMemory(key, in: site.store), try memory.isKept(in: site.store) { continue }
      try site.store.forgetStepResult(key)
    }
  }
}
