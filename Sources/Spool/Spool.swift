package import Disk
internal import Foundation
package import SystemPackage

/// The folders of jobs: `inbox` to `active` to `done`, `failed` or `rejected`. It knows names and bytes, not what a job
/// means.
///
/// A job is a file in the inbox, or a folder that holds `job.yaml`. Every change of state is one rename, so that a job
/// is in one place at any instant, whatever dies.
package struct Spool: Sendable {
  package enum State: String, Sendable, CaseIterable { case inbox, active, deferred, held, done, failed, rejected }

  package let root: FilePath
  package let disk: Disk
  /// Who claims.
  let identity: ProcessIdentity
  let claims = ClaimCache()
  let inboxMemory = InboxMemory()

  /// Opens the spool at `root`, making the folders that are missing.
  package init(at root: FilePath, disk: Disk) throws(SpoolError) {
    try self.init(at: root, disk: disk, identity: .current(disk))
  }

  /// - Parameter identity: a test's, to play several hosts.
  init(at root: FilePath, disk: Disk, identity: ProcessIdentity) throws(SpoolError) {
    self.root = root
    self.disk = disk
    self.identity = identity
    try onSpool { () throws(DiskError) in
      for state in State.allCases { try disk.makeDirectory(root.appending(state.rawValue)) }
    }
  }

  /// Whether the inbox is on another file system than the rest, so that jobs are copied from there, not renamed.
  package func isInboxElsewhere() throws(SpoolError) -> Bool {
    // By the folder itself, should the inbox be a link.
    try onSpool { () throws(DiskError) in
      try disk.status(of: folder(.inbox).appending(".")).device != disk.status(of: folder(.active)).device
    }
  }

  package func folder(_ state: State) -> FilePath { root.appending(state.rawValue) }

  /// Puts a spec into the inbox with what goes with it, durably, and gives its name there. A reader sees all of it or
  /// nothing.
  ///
  /// - Parameters:
  ///   - key: names the request: asking again with a key that is known does nothing. Nil makes each unique.
  ///   - state: `held` for a job that is to wait until somebody releases it.
  @discardableResult
  package func submit(
    _ spec: [UInt8], _ submission: Submission, key: String? = nil, into state: State = .inbox
  ) throws(SpoolError) -> String {
    var stem = submission.specName.split(separator: ".").first.map(String.init) ?? "job"
    while stem.utf8.count > Self.nameLimitBytes - 64 { stem.removeLast() }
    let unique = key ?? String(Disk.temporaryName().dropFirst(5))
    let name = "\(stem).\(unique)"
    let hidden = folder(state).appending(Disk.temporaryName())
    let encoded: [UInt8]
    do { encoded = try Self.encode(submission) } catch { throw .unreadableSpec(name, reason: "\(error)") }
    let isJSON = submission.specName.hasSuffix(".json")
    do {
      try onSpool { () throws(DiskError) in
        try disk.makeDirectory(hidden)
        try disk.replace(hidden.appending(isJSON ? "job.json" : "job.yaml"), with: spec, durability: .contentSynced)
        try disk.replace(hidden.appending(Self.submissionName), with: encoded)
        try disk.renameExclusively(hidden, to: folder(state).appending(name))
        try disk.syncDirectory(folder(state))
      }
    } catch {
      try onSpool { () throws(DiskError) in try disk.removeTree(hidden) }
      guard case .disk(let fault) = error, fault.code == .fileExists else { throw error }
    }
    return name
  }

  /// How many jobs came to a final state on a day.
  package func count(_ state: State, on day: String) throws(SpoolError) -> Int {
    let files = try onSpool { () throws(DiskError) in try disk.listIfPresent(folder(state).appending(day)) }
    return files.count { !$0.name.hasSuffix(".result.json") && !$0.name.hasPrefix(".") }
  }

  /// How many jobs are in a state; by date for the final ones.
  package func count(_ state: State) throws(SpoolError) -> Int {
    let entries = try onSpool { () throws(DiskError) in try disk.list(folder(state)) }
    switch state {
    case .inbox: return try scan(settleSeconds: 0).filter { $0.readiness != .odd }.count
    case .active, .deferred, .held: return entries.count { !$0.name.hasPrefix(".") }
    case .done, .failed, .rejected:
      var count = 0
      for day in entries where day.status.kind == .directory { count += try self.count(state, on: day.name) }
      return count
    }
  }

  static let submissionName = "submission.json"
  package static let specLimitBytes = 2 << 20
  /// Longest part of a file's name that is taken from people: what is added to it must fit into 255 bytes.
  static let nameLimitBytes = 200

  /// What came with a job by `submit`; nil for a file or folder that was dropped. Throws
  /// ``SpoolError/unreadableSpec(_:reason:)`` for what is wrong with the file itself: anybody may have put it there.
  func submission(of job: FilePath) throws(SpoolError) -> Submission? {
    let name = "\(job.lastComponent?.string ?? "")/\(Self.submissionName)"
    let bytes: [UInt8]?
    do { bytes = try disk.readIfPresent(job.appending(Self.submissionName), limitBytes: 1 << 20) } catch {
      if case .changedWhileReading = error { throw .stillWritten(name) }
      guard error.isOfFile else { throw .disk(error) }
      throw .unreadableSpec(name, reason: "\(error)")
    }
    guard let bytes else { return nil }
    let submission: Submission
    do { submission = try Self.decode(Submission.self, bytes) } catch {
      throw .unreadableSpec(name, reason: "it is no submission: remove it, and drop the spec alone")
    }
    // It becomes a file's name: it must not lead elsewhere.
    let spec = submission.specName
    guard !["", ".", ".."].contains(spec), !spec.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "/") }) else {
      throw .unreadableSpec(name, reason: "its specName is no file's name")
    }
    return submission
  }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
