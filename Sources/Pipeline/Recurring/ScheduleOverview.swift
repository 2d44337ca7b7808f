package import Jobs
package import Records
internal import Spool

/// What the recurring jobs of a site wait for: what `nightshift schedule` shows. Looks, and changes nothing.
package struct ScheduleOverview: Sendable {
  /// A recurring job.
  package struct Row: Encodable, Sendable {
    package var project: String
    package var job: String
    /// In `recurring/`.
    package var file: String
    /// `schedule 0 2 * * *`, `dataset p/flights`, `drift p/delays`.
    package var triggers: [String]
    /// The next times, the first one perhaps in the past: then it is overdue.
    package var next: [Timestamp]
    /// The same as the clock of its zone shows them.
    package var nextByClock: [String]
    /// A time has passed for which no run was queued.
    package var isOverdue: Bool
    /// The nominal time of the newest slot that was queued.
    package var lastSlot: String?
    package var lastRun: String?
    /// `done`, `failed` or `running`.
    package var lastOutcome: String?
  }

  package var rows: [Row] = []
  /// Specs that cannot be queued.
  package var errors: [SpecError] = []

  /// - Parameter count: how many times each row has at most.
  package init(_ site: Site, now: Timestamp, count: Int) throws {
    let archive = RunArchive(site.store)
    let book = ScheduleBook(site.spool)
    let specs = try RecurringSpec.all(site, now: now)
    let runs = specs.isEmpty ? [] : try archive.names()
    for spec in specs {
      guard let job = spec.job else {
        errors += [spec.error].compactMap { $0 }
        continue
      }
      do {
        var row = Self.row(job, spec, try book.entry(project: job.project, job: job.name), now, count, site.name)
        for run in runs where run.hasPrefix(job.name + "-") {
          let record = try archive.record(of: run)
          guard record.map({ $0.job == job.name && $0.project == job.project }) ?? true else { continue }
          (row.lastRun, row.lastOutcome) = (run, record?.outcome.rawValue ?? "running")
          break
        }
        rows.append(row)
      } catch let error as SpoolError {
        errors.append(RecurringSpec.error(spec.file, "\(error)"))
      }
    }
    rows.sort { ($0.next.first ?? .distant, $0.job) < ($1.next.first ?? .distant, $1.job) }
  }

  private static func row(
    _ job: Job, _ spec: RecurringSpec, _ entry: ScheduleBook.Entry?, _ now: Timestamp, _ count: Int, _ siteName: String
  ) -> Row {
    var row = Row(
      project: job.project, job: job.name, file: spec.file.name, triggers: [], next: [], nextByClock: [],
      isOverdue: false, lastSlot: entry?.slot)
    if let timetable = job.triggers?.timetable {
      row.triggers.append("schedule \(timetable.schedules.map(\.text).joined(separator: ", "))")
      // Before the first sight no slot has passed.
      let after = entry.flatMap { Timestamp($0.after) } ?? Timestamp(seconds: now.seconds - 1)
      let due = timetable.due(after: after, at: now) { DueRuns.delay($0, timetable, job, siteName) }
      let overdue = due.first.flatMap { $0 < now ? $0 : nil }
      let rest = timetable.occurrences(
        after: max(due.last ?? after, Timestamp(seconds: now.seconds - 1)), upTo: .distant, limit: count)
      row.isOverdue = overdue != nil
      row.next = Array(([overdue].compactMap { $0 } + rest).prefix(count))
      row.nextByClock = row.next.map { timetable.clock(at: $0) }
    }
    row.triggers += (job.triggers?.datasets ?? []).map { "dataset \($0.project)/\($0.name)" }
    row.triggers += (job.triggers?.drift ?? []).map { "drift \($0.project)/\($0.name)" }
    return row
  }
}

extension Timestamp {
  /// Later than any slot.
  fileprivate static let distant = Timestamp(seconds: .max)
}
