import Disk
import Foundation
@testable import Spool
import SystemPackage
import Testing

/// A spool in a folder of a test's own, removed with it.
final class SpoolFixture: Sendable {
  let root: FilePath

  /// A folder in memory, where syncs cost nothing.
  static let memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()

  init(in folder: String = SpoolFixture.memory) {
    root = FilePath(folder + "/nightshift-spool-" + UUID().uuidString)
  }

  deinit { try? Disk().removeTree(root) }

  func open(_ disk: Disk = Disk()) throws -> Spool { try Spool(at: root, disk: disk) }

  var submission: Submission {
    Submission(specName: "job.yaml", origin: "/origin", params: [], by: "test", at: "2013-04-01T02:00:00Z")
  }

  /// Every file below the final folders, as `STATE/DATE/NAME`.
  func finished() throws -> [String] {
    let disk = Disk()
    return try ["done", "failed", "rejected"].flatMap { state in
      try disk.list(root.appending(state)).flatMap { day in
        try disk.list(root.appending(state).appending(day.name)).map { "\(state)/\(day.name)/\($0.name)" }
      }
    }
  }

  /// Puts a file into the inbox, as a person does.
  func drop(_ name: String, _ text: String = "version: 1\n") throws {
    _ = try open()
    try Disk().replace(root.appending("inbox").appending(name), with: Array(text.utf8))
  }

  /// Claims what has waited longest, with a spool of this process.
  func claimFirst(_ spool: Spool) throws -> Claim {
    let entry = try #require(try spool.scan(settleSeconds: 0).first)
    return try #require(try spool.claim(entry))
  }

  /// The states that jobs are in.
  func places() throws -> [String] {
    let disk = Disk()
    var places: [String] = []
    for state in ["inbox", "held", "deferred", "active"] {
      for entry in try disk.list(root.appending(state))
      where !entry.name.hasPrefix(".") && !entry.name.hasSuffix(".cancel") {
        let path = root.appending(state).appending(entry.name)
        if disk.exists(path.appending("lock")) {
          if try ClaimFile.job(in: path, disk) != nil { places.append(state) }
        } else {
          places.append(state)
        }
      }
    }
    return try places + finished().filter { !$0.hasSuffix(".result.json") }.map { String($0.prefix { $0 != "/" }) }
  }

  /// Runs on what dead runners of this process left, until nothing is active, and gives the claims to finish.
  func recover(_ spool: Spool, _ work: (Claim) throws -> Void) throws {
    for round in 0..<500 {
      // Another suite's child holds the dead runner's lock, too, between its fork and its exec.
      for claim in try spool.takeOver(bootSeconds: round * 1000) where try !claim.completeIfFinished() {
        try work(claim)
      }
      if try Disk().list(root.appending("active")).allSatisfy({ $0.name.hasPrefix(".") }) { return }
      usleep(2000)
    }
  }
}
