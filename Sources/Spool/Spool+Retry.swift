internal import Disk
internal import Records
internal import SystemPackage
internal import Tables

extension Spool {
  /// What a result tells of the job beside it.
  private struct Result: Decodable {
    var run: String?
  }

  private struct FailedJob {
    var path: FilePath
    var run: String?
    var names: [String]
  }

  /// Queues a failed job again: the same spec, origin, parameters and moment. What is in `failed/` stays. Gives the new
  /// name in the inbox.
  ///
  /// - Parameters:
  ///   - name: a run, or a name below `failed/`, with or without its day; of several the last is meant.
  ///   - user: who asks.
  ///   - time: RFC 3339, when.
  package func retry(_ name: String, by user: String, at time: String) throws(SpoolError) -> String {
    let failed = try self.failed()
    guard let job = failed.last(where: { $0.run == name || $0.names.contains(name) }) else {
      let words = failed.flatMap { $0.names + ($0.run.map { [$0] } ?? []) }
      throw .unknownJob(name, nearest: nearestWord(to: name, among: words))
    }
    let isFolder = (try onSpool { () throws(DiskError) in try disk.status(of: job.path) }).kind == .directory
    let specName = isFolder ? Self.specName(inFolder: job.path, disk) : nil
    let spec = specName.map { job.path.appending($0) } ?? job.path
    let bytes = try onSpool { () throws(DiskError) in try disk.read(spec, limitBytes: Self.specLimitBytes) }
    let origin = isFolder ? job.path : folder(.inbox)
    var submission =
      try submission(of: job.path)
      ?? Submission(
        specName: job.path.lastComponent?.string ?? "job.yaml", origin: origin.string, params: [], by: user, at: time)
    if isForeign(job.path) { submission.isForeign = true }
    submission.by = user
    submission.at = time
    submission.logicalTime = submission.logicalTime ?? job.run.flatMap(Self.logicalTime)
    return try submit(bytes, submission)
  }

  /// All failed jobs, by day and name.
  private func failed() throws(SpoolError) -> [FailedJob] {
    var jobs: [FailedJob] = []
    for day in try folders(in: .failed) {
      let path = folder(.failed).appending(day)
      let entries = try onSpool { () throws(DiskError) in try disk.list(path) }.map(\.name)
      for entry in entries where !entry.hasSuffix(".result.json") && !entry.hasPrefix(".") {
        let stem = Claim.stem(entry)
        jobs.append(
          FailedJob(
            path: path.appending(entry), run: run(ofResult: path.appending(stem + ".result.json")),
            names: [entry, stem, "\(day)/\(entry)", "\(day)/\(stem)"]))
      }
    }
    return jobs
  }

  /// Nil where there is no result, or none that can be read: the job goes by its name then.
  private func run(ofResult path: FilePath) -> String? {
    guard let bytes = try? disk.readIfPresent(path, limitBytes: 1 << 20) else { return nil }
    return (try? Self.decode(Result.self, bytes))?.run
  }

  /// The moment in a run's name, `JOB-TIME-DIGITS`.
  private static func logicalTime(ofRun run: String) -> String? {
    run.split(separator: "-").dropLast().last.flatMap { Timestamp(compact: $0)?.text }
  }
}
