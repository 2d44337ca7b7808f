import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct AuditLogTests {
  @Test("the log can be read while others add to it")
  func grows() async throws {
    let fixture = try StoreFixture()
    let log = try fixture.open().audit
    let count = 20_000
    async let last = Self.tail(log, untilBytes: count)
    let file = try Disk().openForAppending(log.path)
    for _ in 0..<count { try file.write([0x7B]) }
    #expect(try await last == count)
  }

  private static func tail(_ log: AuditLog, untilBytes count: Int) async throws -> Int {
    while true {
      let tail = try log.tornTail().count
      if tail == count { return tail }
    }
  }
}
