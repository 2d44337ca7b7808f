import Disk
import Foundation
@testable import Pipeline
import Records
import Store
import SystemPackage

/// A site in a folder of a test's own, removed with it.
final class OperationsFixture: Sendable {
  let root: FilePath

  init(_ settings: String = "settle: 0s\n") throws {
    root = FilePath(NSTemporaryDirectory() + "/nightshift-operations-" + UUID().uuidString)
    try Disk().makeDirectory(root)
    try Disk().replace(root.appending("nightshift.yaml"), with: Array(settings.utf8))
    _ = try Site.create(at: root, disk: Disk())
  }

  deinit { try? Disk().removeTree(root) }

  var site: Site { get throws { try Site(at: root, disk: Disk()) } }

  func write(_ path: String, _ text: String, mode: UInt32 = 0o666) throws {
    try Disk().replace(root.appending(path), with: Array(text.utf8), mode: mode)
  }

  func read(_ path: String) throws -> String {
    String(decoding: try Disk().read(root.appending(path)), as: UTF8.self)
  }

  /// The names in a folder but hidden ones and folders.
  func files(_ folder: String) throws -> [String] {
    try Disk().listIfPresent(root.appending(folder)).filter { $0.status.kind == .regular && !$0.name.hasPrefix(".") }
      .map(\.name)
  }
}

/// A moment of the tests: minutes after midnight of 2013-04-01.
func minute(_ minutes: Int) -> Timestamp { Timestamp(seconds: 1_364_774_400 + 60 * minutes) }

/// A pass in which jobs ended: `name` is done, `!name` failed for `reason`.
func pass(_ names: String..., at time: Timestamp, reason: String = "step “x”: it broke", fault: String? = nil) -> Pass {
  var pass = Pass(started: time)
  pass.ended = Timestamp(seconds: time.seconds + 5)
  pass.seconds = 5
  pass.fault = fault
  pass.ends = names.map { name in
    let job = name.hasPrefix("!") ? String(name.dropFirst()) : name
    return Pass.JobEnd(
      project: "p", job: job, run: "\(job)-\(time.compact)-0000", isDone: job == name,
      reason: job == name ? nil : reason,
      finished: time, wallSeconds: 1.5)
  }
  pass.status = pass.failedCount > 0 ? 10 : 0
  return pass
}
