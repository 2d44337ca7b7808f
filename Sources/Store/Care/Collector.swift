internal import Disk
internal import SystemPackage

/// Removes packs that hold nothing needed, in two phases, beside any number of readers and writers.
///
/// *Mark*: packs with nothing or little that is needed are condemned, after that little was copied to a new pack; small
/// packs too, where they are many. From then on no session builds on them. *Sweep*: a condemned pack goes when its
/// grace is over, no session is alive that began before it was condemned, and still nothing needs it. What is due is
/// swept before the mark, as a copy needs room. Stopped anywhere, nothing needed is lost, and the next collection goes on.
package struct Collector {
  private let store: Store
  private let graceSeconds: Int
  /// Seconds since 1970.
  private let now: Int

  /// So many small packs become one.
  private static let smallLimit = 32

  /// - Parameters:
  ///   - graceSeconds: least age of a pack that is condemned, and least time from then to its end.
  ///   - now: seconds since 1970.
  package init(_ store: Store, graceSeconds: Int, now: Int) throws(StoreError) {
    // A store of its own: what it condemns before the list says so concerns nobody else in this process.
    self.store = try Store(at: store.root, disk: store.outside)
    self.graceSeconds = graceSeconds
    self.now = now
  }

  /// What ``collect(_:)`` would do if `roots` were all that is to stay. Changes nothing.
  package func plan(_ roots: [Root]) throws -> CollectionReport {
    let list = try store.generations.refresh()
    let survey = try survey(roots, list)
    var report = CollectionReport()
    count(survey, in: &report)
    for use in victims(survey, list) { note(use, in: &report) }
    let fates = fates(of: try due(list), survey)
    report.removed = tally(fates.removed)
    report.spared = tally(fates.spared)
    let ended = Set((fates.removed + fates.spared).map(\.name))
    report.waiting = tally(survey.packs.filter { list.names.contains($0.name) && !ended.contains($0.name) })
    return report
  }

  /// Marks and sweeps.
  ///
  /// - Parameters:
  ///   - prepare: what is to be done first, by one collection at a time.
  ///   - roots: reads all that is to stay, as it is at the moment of the call: it is called for each phase.
  /// - Throws: ``StoreError/busy(_:)`` when another collection is at work.
  package func collect(
    after prepare: () throws -> Void = {}, _ roots: () throws -> [Root]
  ) throws -> CollectionReport {
    let lock = try lock()
    defer { lock.keep() }
    // Room first, on a disk that may be full: what dead writers left, then what is due.
    try store.sweep()
    try prepare()
    let before = try store.generations.refresh().names
    var report = CollectionReport()
    try sweep(roots, &report)
    try mark(try roots(), &report)
    // Without a grace, what was condemned just now.
    try sweep(roots, &report)
    report.waiting = try waiting(before)
    try tidy()
    return report
  }

  private func lock() throws(StoreError) -> FileLock {
    let path = store.root.appending("locks").appending("gc")
    guard let lock = try onDisk({ () throws(DiskError) in try store.disk.lockIfFree(path) }) else {
      throw .busy("another `nightshift store gc` is at work on \(store.root): try again when it has ended")
    }
    return lock
  }

  // MARK: Mark

  private func mark(_ roots: [Root], _ report: inout CollectionReport) throws {
    var list = try store.generations.refresh()
    let survey = try survey(roots, list)
    count(survey, in: &report)
    var victims = victims(survey, list)
    guard !victims.isEmpty else { return }
    do {
      try copy(victims.flatMap(\.worthCopying), outOf: list.names.union(victims.map(\.name)))
    } catch StoreError.disk(let error) where error.code == .noSpace && victims.contains(where: \.isDead) {
      // Room comes from what needs no copy.
      victims.removeAll { !$0.isDead }
    }
    list.generation = try store.generations.next(after: list)
    for use in victims {
      list.packs.append(CondemnedList.Pack(name: use.name, at: now, generation: list.generation))
      note(use, in: &report)
    }
    list.packs.sort { $0.name < $1.name }
    try store.generations.write(list)
  }

  /// Copies blobs to new packs, durably, as if what `condemned` holds were not stored.
  private func copy(_ digests: [Digest], outOf condemned: Set<String>) throws {
    guard !digests.isEmpty else { return }
    let writer = try StoreWriter(store)
    store.index.condemn(condemned)
    for digest in digests { try writer.put(try store.blob(digest)) }
    try writer.finish()
  }

  private func survey(_ roots: [Root], _ list: CondemnedList) throws -> PackSurvey {
    let reach = try store.reach(from: roots)
    let survey = try PackSurvey(store, reach, condemned: list.names)
    // Nothing is removed from a damaged store: what is lost may yet be found in it.
    if let lost = survey.missing.intersection(reach.required).min() { throw StoreError.missingBlob(lost) }
    return survey
  }

  /// What is condemned now: packs that hold nothing or little that is needed, and small ones where they are many.
  private func victims(_ survey: PackSurvey, _ list: CondemnedList) -> [PackSurvey.Use] {
    let condemned = list.names
    let candidates = survey.packs.filter { !condemned.contains($0.name) && $0.written <= now - graceSeconds }
    let isCrowded = candidates.count { $0.isSmall && !$0.isDead } >= Self.smallLimit
    return candidates.filter { $0.isDead || $0.isSparse || isCrowded && $0.isSmall }
  }

  // MARK: Sweep

  private func sweep(_ roots: () throws -> [Root], _ report: inout CollectionReport) throws {
    var list = try store.generations.refresh()
    let due = try due(list)
    var ended: Set<String> = []
    if !due.isEmpty {
      // What sessions of earlier generations published is there by now; those of later ones built on nothing of this.
      let fates = fates(of: due, try survey(try roots(), list))
      try remove(fates.removed)
      for use in fates.removed { report.removed.add(use.sizeBytes) }
      for use in fates.spared { report.spared.add(use.sizeBytes) }
      ended = Set((fates.removed + fates.spared).map(\.name))
    }
    let present = Set(try store.index.packNames())
    let before = list
    list.packs.removeAll { ended.contains($0.name) || !present.contains($0.name) }
    if list != before { try store.generations.write(list) }
  }

  /// The packs of `names` that are condemned still.
  private func waiting(_ names: Set<String>) throws(StoreError) -> CollectionReport.Tally {
    var tally = CollectionReport.Tally()
    for name in try store.generations.refresh().names.intersection(names).sorted() {
      if let use = try PackSurvey.use(of: name, in: store) { tally.add(use.sizeBytes) }
    }
    return tally
  }

  /// The condemned packs whose grace is over and on which no living session can have built.
  private func due(_ list: CondemnedList) throws(StoreError) -> Set<String> {
    var due: Set<String> = []
    for (generation, packs) in Dictionary(grouping: list.packs, by: \.generation) {
      let ripe = packs.filter { $0.at <= now - graceSeconds }
      if !ripe.isEmpty, try store.generations.areOver(before: generation) { due.formUnion(ripe.map(\.name)) }
    }
    return due
  }

  private struct Fates {
    var removed: [PackSurvey.Use] = []
    var spared: [PackSurvey.Use] = []
  }

  private func fates(of due: Set<String>, _ survey: PackSurvey) -> Fates {
    var fates = Fates()
    for use in survey.packs where due.contains(use.name) {
      if use.isDead { fates.removed.append(use) } else { fates.spared.append(use) }
    }
    return fates
  }

  /// The files go before the list says so: a pack that is gone but listed is harmless, one that is there, not listed
  /// and about to go is not.
  private func remove(_ uses: [PackSurvey.Use]) throws(StoreError) {
    guard !uses.isEmpty else { return }
    let packs = store.root.appending("packs")
    try onDisk { () throws(DiskError) in
      // The names of the packs that have the same content must not be lost after these are.
      try store.disk.syncDirectory(packs)
      for use in uses { try store.disk.remove(packs.appending(use.name + ".pack")) }
      try store.disk.syncDirectory(packs)
    }
  }

  /// Removes tables without a pack, locks of generations that are over, and what dead writers left.
  private func tidy() throws(StoreError) {
    let present = Set(try store.index.packNames())
    let index = store.root.appending("index")
    try onDisk { () throws(DiskError) in
      for entry in try store.disk.listIfPresent(index) where entry.name.hasSuffix(".idx") {
        let name = String(entry.name.dropLast(4))
        // A pack is named before its table is.
        guard !present.contains(name), !store.disk.exists(store.root.appending("packs").appending(name + ".pack"))
        else { continue }
        try store.disk.remove(index.appending(entry.name))
      }
    }
    try store.generations.removeLocks(before: try store.generations.refresh().generation)
    try store.sweep()
  }

  // MARK: Report

  private func count(_ survey: PackSurvey, in report: inout CollectionReport) {
    report.packs = tally(survey.packs)
    report.unneededBytes = survey.packs.reduce(0) { $0 + $1.storedBytes - $1.neededBytes }
  }

  private func note(_ use: PackSurvey.Use, in report: inout CollectionReport) {
    report.condemned.add(use.sizeBytes)
    if !use.isDead { report.rewritten.add(use.neededBytes) }
  }

  private func tally(_ uses: [PackSurvey.Use]) -> CollectionReport.Tally {
    var tally = CollectionReport.Tally()
    for use in uses { tally.add(use.sizeBytes) }
    return tally
  }
}
