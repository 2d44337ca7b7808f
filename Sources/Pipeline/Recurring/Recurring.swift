internal import Disk
package import Jobs
package import Records
internal import Spool
internal import Store

/// Queues the specs in `recurring/` when they are due.
///
/// Any number of processes may ask: each slot, version and drift is queued once, whatever dies (``ScheduleBook``). To ask
/// again with the same value costs a look at the folder, as long as nothing in it changed and nothing is due.
package struct Recurring {
  /// What came of a call.
  package struct Outcome: Sendable {
    /// How many runs were queued.
    package var queuedCount = 0
    /// Specs that cannot be queued, each told once until it or what is wrong with it changes.
    package var errors: [SpecError] = []
    /// What people should know.
    package var notes: [String] = []
  }

  private let site: Site
  private let book: ScheduleBook
  private var watch: TriggerWatch
  private var known: [RecurringFile: RecurringSpec] = [:]
  /// When a job that only the clock triggers is due next, at the earliest.
  private var nextDue: [RecurringFile: Timestamp] = [:]
  /// As the book has them; nil before they were read.
  private var complaints: [String: String]?

  package init(_ site: Site) {
    self.site = site
    book = ScheduleBook(site.spool)
    watch = TriggerWatch(site.store)
  }

  /// Queues what is due at `now`, the runs of a job in the order of their slots.
  package mutating func queueDue(now: Timestamp) throws -> Outcome {
    watch.beginLook()
    var outcome = Outcome()
    if try book.hasStaged() {
      let lock = try book.lock()
      defer { lock.keep() }
      if try book.completeQueued() { outcome.queuedCount += 1 }
    }
    let specs = try RecurringSpec.all(site, now: now, known: known)
    known = Dictionary(specs.map { ($0.file, $0) }, uniquingKeysWith: { $1 }).filter { $0.value.job != nil }
    nextDue = nextDue.filter { known[$0.key] != nil }
    var errors: [RecurringFile: SpecError] = [:]
    for spec in specs {
      do {
        if let job = spec.job { try queue(job, spec, now, &outcome) }
        errors[spec.file] = spec.error
      } catch let error as SpoolError {
        // One job's damaged record keeps no other from its work.
        guard case .damagedSchedule = error else { throw error }
        errors[spec.file] = RecurringSpec.error(spec.file, "\(error)")
      }
    }
    outcome.errors = try newErrors(specs.compactMap { spec in errors[spec.file].map { (spec.file.name, $0) } })
    return outcome
  }

  private mutating func queue(_ job: Job, _ spec: RecurringSpec, _ now: Timestamp, _ outcome: inout Outcome) throws {
    if let next = nextDue[spec.file], now < next { return }
    func decide() throws -> DueRuns {
      let entry = try book.entry(project: job.project, job: job.name)
      return try DueRuns(of: job, spec, entry: entry, at: now, siteName: site.name, &watch)
    }
    var due = try decide()
    if due.isChange {
      let lock = try book.lock()
      defer { lock.keep() }
      // Another runner may have queued it between the two looks, or died at it.
      try book.completeQueued()
      watch.beginLook()
      due = try decide()
      if due.isChange { try book.queue(due.requests, of: spec.bytes, due.entry) }
    }
    outcome.queuedCount += due.requests.count
    outcome.notes += due.notes
    guard let triggers = job.triggers, triggers.datasets.isEmpty, triggers.drift.isEmpty else { return }
    nextDue[spec.file] = triggers.timetable.flatMap { timetable in
      Timestamp(due.entry.after).flatMap { timetable.next(after: $0) }.map { slot in
        Timestamp(seconds: slot.seconds + DueRuns.delay(slot, timetable, job, site.name))
      }
    }
  }

  /// Those that were not told yet; notes down that they are now.
  private mutating func newErrors(_ errors: [(name: String, error: SpecError)]) throws -> [SpecError] {
    let said = try complaints ?? book.complaints()
    let present = Dictionary(errors.map { ($0.name, $0.error.description) }, uniquingKeysWith: { $1 })
    if present != said { try book.setComplaints(present) }
    complaints = present
    return errors.filter { said[$0.name] != present[$0.name] }.map(\.error)
  }
}
