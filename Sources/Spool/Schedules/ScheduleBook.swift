package import Disk
internal import Records
internal import SystemPackage

/// What is known of the recurring jobs of a spool: which of their slots were queued. It lies in `schedules/`.
///
/// A run is queued in three steps: the job is laid out in `staged/`, the entry that says so replaces the old one, and a
/// rename puts the job into the inbox. Before the second step the run is not queued, after it it is: whoever comes
/// next completes what a death interrupted. So no slot is lost, and none is queued twice, even if its job has long run.
package struct ScheduleBook: Sendable {
  private let spool: Spool

  /// More are synced together with all else that the file system holds, which others may be writing to.
  private static let fewRequests = 8

  package init(_ spool: Spool) { self.spool = spool }

  private var root: FilePath { spool.root.appending("schedules") }
  private var staged: FilePath { Self.staged(in: spool) }
  private var disk: Disk { spool.disk }

  /// Where runs lie before they are in the inbox.
  static func staged(in spool: Spool) -> FilePath { spool.root.appending("schedules").appending("staged") }

  /// What one job's slots came to: `PROJECT+JOB.json`.
  package struct Entry: Codable, Hashable, Sendable {
    /// The version of this document.
    package static let currentFormat = "nightshift-schedule 1"

    package var format = Entry.currentFormat
    package var project: String
    package var job: String
    /// RFC 3339: slots up to this moment are past. When the job was first seen, or its newest queued slot.
    package var after: String
    /// RFC 3339: the nominal time of the newest queued slot; nil before the first.
    package var slot: String?
    /// Datasets that trigger it, as PROJECT/NAME, with the number of the last version seen.
    package var datasets: [String: Int] = [:]
    /// Models that trigger it, as PROJECT/NAME, with the run whose drift was answered.
    package var drift: [String: String] = [:]
    /// Names in the inbox of the runs that the last change of this entry queued.
    var queued: [String] = []

    package init(project: String, job: String, after: String) {
      self.project = project
      self.job = job
      self.after = after
    }
  }

  /// A run that is to be queued.
  package struct Request: Sendable {
    /// What tells it from the job's other runs: a slot, a version, a run.
    package var occasion: String
    package var submission: Submission

    package init(occasion: String, submission: Submission) {
      self.occasion = occasion
      self.submission = submission
    }
  }

  /// Keeps other runners from queueing, up to its end.
  package func lock() throws(SpoolError) -> FileLock {
    try onSpool { () throws(DiskError) in
      try disk.makeDirectory(staged, durability: .synced)
      return try disk.lock(root.appending("lock"))
    }
  }

  /// Nil for a job that was never seen.
  package func entry(project: String, job: String) throws(SpoolError) -> Entry? {
    let path = path(project, job)
    guard let bytes = try onSpool({ () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 20) }) else {
      return nil
    }
    guard let entry = try? Spool.decode(Entry.self, bytes), entry.format == Entry.currentFormat,
      Timestamp(entry.after) != nil
    else { throw .damagedSchedule(path) }
    return entry
  }

  /// Queues runs of one job and replaces its entry, in one act. The caller holds the lock.
  package func queue(_ requests: [Request], of spec: [UInt8], _ entry: Entry) throws(SpoolError) {
    var entry = entry
    entry.queued = requests.map { "\(entry.project)+\(entry.job)+\($0.occasion)" }
    let durability: Disk.Durability = requests.count > Self.fewRequests ? .cached : .synced
    for (name, request) in zip(entry.queued, requests) { try stage(spec, request.submission, as: name, durability) }
    if durability == .cached { try onSpool { () throws(DiskError) in try disk.syncFileSystem(of: staged) } }
    let bytes = try encoded(entry)
    let path = path(entry.project, entry.job)
    try onSpool { () throws(DiskError) in try disk.replace(path, with: bytes) }
    try deliver(entry.queued)
  }

  /// Completes what dead runners had begun; whether it put anything into the inbox. The caller holds the lock.
  @discardableResult
  package func completeQueued() throws(SpoolError) -> Bool {
    var hasDelivered = false
    if try stagedNames().contains(where: { $0.hasPrefix(".") }) {
      try onSpool { () throws(DiskError) in try Transfer(spool).completeIfIdle() }
    }
    for name in try stagedNames() where !name.hasPrefix(".") {
      switch try isQueued(name) {
      case true?:
        try deliver([name])
        hasDelivered = true
      case false?: try onSpool { () throws(DiskError) in try disk.removeTree(staged.appending(name)) }
      case nil: continue
      }
    }
    return hasDelivered
  }

  /// Whether an entry says that the run is queued; nil while the entry cannot be read, which is told with its job.
  private func isQueued(_ name: String) throws(SpoolError) -> Bool? {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { return false }
    do { return try entry(project: parts[0], job: parts[1])?.queued.contains(name) ?? false } catch {
      guard case .damagedSchedule = error else { throw error }
      return nil
    }
  }

  /// Whether a runner is queueing, or died at it.
  package func hasStaged() throws(SpoolError) -> Bool { try !stagedNames().isEmpty }

  private func stagedNames() throws(SpoolError) -> [String] {
    try onSpool { () throws(DiskError) in try disk.listIfPresent(staged) }.map(\.name)
  }

  private func stage(
    _ spec: [UInt8], _ submission: Submission, as name: String, _ durability: Disk.Durability
  ) throws(SpoolError) {
    let folder = staged.appending(name)
    let specName = submission.specName.hasSuffix(".json") ? "job.json" : "job.yaml"
    let bytes = try encoded(submission)
    try onSpool { () throws(DiskError) in
      try disk.makeDirectory(folder, durability: durability)
      try disk.replace(folder.appending(specName), with: spec, durability: durability)
      try disk.replace(folder.appending(Spool.submissionName), with: bytes, durability: durability)
    }
  }

  private func deliver(_ names: [String]) throws(SpoolError) {
    guard !names.isEmpty else { return }
    let inbox = spool.folder(.inbox)
    for name in names {
      do { try spool.transfer(staged.appending(name), to: inbox.appending(name)) } catch {
        // Somebody put a job of that very name there: the slot has its run.
        guard error.code == .fileExists else { throw .disk(error) }
        try onSpool { () throws(DiskError) in try disk.removeTree(staged.appending(name)) }
      }
    }
    try onSpool { () throws(DiskError) in
      try disk.syncDirectory(inbox)
      try disk.syncDirectory(staged)
    }
  }

  // MARK: Complaints

  /// What was last said of each spec that has mistakes, by its name in `recurring/`.
  package func complaints() throws(SpoolError) -> [String: String] {
    let path = root.appending("complaints.json")
    let bytes = try onSpool { () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 24) }
    // Forgetting them means to say them once more.
    return bytes.flatMap { try? Spool.decode([String: String].self, $0) } ?? [:]
  }

  package func setComplaints(_ complaints: [String: String]) throws(SpoolError) {
    let bytes = try encoded(complaints)
    try onSpool { () throws(DiskError) in
      try disk.makeDirectory(root)
      try disk.replace(root.appending("complaints.json"), with: bytes, durability: .cached)
    }
  }

  private func path(_ project: String, _ job: String) -> FilePath { root.appending("\(project)+\(job).json") }

  private func encoded(_ value: some Encodable) throws(SpoolError) -> [UInt8] {
    do { return try Spool.encode(value) } catch { throw .damagedSchedule(root) }
  }
}
