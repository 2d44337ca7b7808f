import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct PackReadingTests {
  private func row(_ number: Int, offset: Int, stored: Int, plain: Int) -> Pack.Row {
    Pack.Row(
      digest: Digest(of: [UInt8(number)]), offset: offset, storedBytes: stored, plainBytes: plain,
      codec: stored == plain ? .raw : .lz4)
  }

  @Test("what is large, stored or unpacked, is read by one core at a time")
  func large() {
    let rows = [
      row(0, offset: 52, stored: 2 << 20, plain: 2 << 20),
      row(1, offset: 52 + (2 << 20) + 44, stored: 4 << 20, plain: 1 << 30),
      row(2, offset: 52 + (6 << 20) + 88, stored: 40 << 20, plain: 40 << 20),
    ]
    #expect(PackReading.windows(of: rows, 0).map(\.isLarge) == [false, true, true])
  }

  @Test("a pack that claims a table as long as a large sparse file is refused before its table is read")
  func sparse() throws {
    let fixture = try StoreFixture()
    let path = fixture.root.appending("store/packs").appending(Digest(of: []).hex + ".pack")
    var trailer: [UInt8] = []
    for number in [1, 8] as [UInt64] { trailer.append(littleEndian: number) }
    trailer += [UInt8](repeating: 0, count: 32) + Pack.endMagic
    let file = try Disk().openForAppending(path)
    try file.write(Pack.magic)
    try file.truncate(to: 1 << 40)
    try file.write(trailer)
    let report = try fixture.open().check(.readData)
    #expect(report.problems.map(\.message).count { $0.contains("its table has not as many rows as it says") } == 1)
  }
}
