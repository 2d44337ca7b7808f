import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct SeekableBytesTests {
  @Test("a stored file and one on disk give the same bytes from any place on", arguments: [0, 1, 100_000, 3_000_001])
  func anywhere(count: Int) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let content = noise(count, seed: 3)
    let path = fixture.root.appending("file")
    try Disk().replace(path, with: content)
    let writer = try StoreWriter(store)
    let file = try writer.addFile(try RelativePath("file"), content)
    try writer.finish()
    for bytes in [SeekableBytes(file, in: store), try SeekableBytes(try Disk().open(path))] {
      #expect(bytes.count == count)
      for place in stride(from: 0, through: count + 10, by: max(1, count / 7)) {
        #expect(try bytes.read(70_000, at: place) == Array(content.dropFirst(place).prefix(70_000)))
      }
    }
  }
}
