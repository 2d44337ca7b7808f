internal import Jobs
package import Records
internal import Spool

/// When recurring jobs are due, as their specs say today.
package enum NextDue {
  /// The first time after each job's newest run, or after `now` for one that never ran: one in the past is overdue.
  ///
  /// - Parameter newest: the moments that the newest runs stand for, by job.
  package static func times(_ site: Site, now: Timestamp, newest: [String: Timestamp]) throws -> [String: Timestamp] {
    var times: [String: Timestamp] = [:]
    for spec in try RecurringSpec.all(site, now: now) {
      guard let job = spec.job, let timetable = job.triggers?.timetable else { continue }
      times[job.name] = timetable.next(after: newest[job.name] ?? now)
    }
    return times
  }
}
