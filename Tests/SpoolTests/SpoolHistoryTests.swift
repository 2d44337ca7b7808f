import Disk
import Foundation
@testable import Spool
import SystemPackage
import Synchronization
import Testing

/// Many runners on one spool, and a checker over what each of them did.
@Suite struct SpoolHistoryTests {
  /// `NIGHTSHIFT_SOAK=1000` for the full number of jobs.
  private let jobCount = ProcessInfo.processInfo.environment["NIGHTSHIFT_SOAK"].flatMap { Int($0) } ?? 120

  @Test("ten runners, each with its own spool, claim each job once and finish each once")
  func tenRunners() async throws {
    let fixture = SpoolFixture()
    for number in 0..<jobCount { try fixture.drop("\(number).yaml") }
    let count = jobCount
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<10 {
        group.addTask {
          let spool = try fixture.open()
          var names: [String] = []
          while let name = try Self.workOne(spool) { if !name.isEmpty { names.append(name) } }
          return names
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == count)
    #expect(Set(claimed).count == count)
    // All were called the same, so that each had to find a name of its own.
    #expect(try fixture.finished().count == 2 * count)
    #expect(try Disk().list(fixture.root.appending("active")).allSatisfy { $0.name.hasPrefix(".") })
  }

  /// The claimed name; empty when another runner was first, nil when nothing is left.
  private static func workOne(_ spool: Spool) throws -> String? {
    guard let entry = try spool.scan(settleSeconds: 0).randomElement() else { return nil }
    guard let claim = try spool.claim(entry) else { return "" }
    try claim.finish(.done, date: "2013-04-01", specName: "same.yaml", result: Array("{}".utf8))
    return entry.name
  }

  @Test("several threads change one record, and no change is lost")
  func threads() async throws {
    let fixture = SpoolFixture()
    try fixture.drop("train.yaml")
    let claim = try fixture.claimFirst(try fixture.open())
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          for _ in 0..<25 {
            #expect(throws: Never.self) {
              try claim.update(.cached) { $0.stepAttempts["\(number)", default: 0] += 1 }
            }
          }
        }
      }
    }
    #expect(claim.record().stepAttempts == ["0": 25, "1": 25, "2": 25, "3": 25])
    let onDisk = try Claim.readRecord(claim.folder, Disk())
    #expect(onDisk == claim.record())
  }
}
