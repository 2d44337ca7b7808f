import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct PackIndexTests {
  let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private var index: FilePath { fixture.root.appending("store/index") }

  @Test("every digest of a table is found and no other", arguments: [0, 1, 2, 7, 1000])
  func lookups(count: Int) {
    let digests = (0..<count).map { Digest(of: Array("row \($0)".utf8)) }
    let rows = digests.enumerated().map {
      Pack.Row(digest: $1, offset: 1000 + $0, storedBytes: $0, plainBytes: $0, codec: .raw)
    }
    let footer = Pack.footer(rows, tableOffset: 1 << 30).bytes
    let table = IndexTable(.memory(footer), start: 0, rowBytes: Pack.rowBytes, count: count)
    for row in rows { #expect(table.find(row.digest) { Pack.Row(tableRow: $0) } == row) }
    for number in 0..<1000 {
      #expect(table.find(Digest(of: Array("other \(number)".utf8))) { Pack.Row(tableRow: $0) } == nil)
    }
  }

  @Test("digests that are not spread evenly are found all the same")
  func skewed() {
    let digests = (0..<500).compactMap {
      Digest(rawBytes: [UInt8](repeating: 0, count: 30) + [UInt8($0 / 256), UInt8($0 % 256)])
    }
    let rows = digests.map { Pack.Row(digest: $0, offset: 60, storedBytes: 0, plainBytes: 0, codec: .raw) }
    let footer = Pack.footer(rows, tableOffset: 1 << 20).bytes
    let table = IndexTable(.memory(footer), start: 0, rowBytes: Pack.rowBytes, count: 500)
    #expect(digests.allSatisfy { digest in table.find(digest) { Pack.Row(tableRow: $0)?.digest } == digest })
  }

  /// A store of many packs: one for each call.
  private func fill(_ count: Int, from first: Int = 0) throws -> [Digest] {
    let store = try fixture.open()
    return try (first..<first + count).flatMap { try store.put(Array("blob \($0)".utf8)) }
  }

  @Test("many packs get one table, through which all is found")
  func merges() throws {
    let digests = try fill(40)
    #expect(try Disk().list(index).map(\.name).contains(MergedTable.fileName))
    let more = try fill(40, from: 40)
    let store = try fixture.open()
    for digest in digests + more { #expect(try store.index.containsKnown(digest)) }
    #expect(try store.blob(more[7]) == Array("blob 47".utf8))
    #expect(try store.index.contains(Digest(of: [0])) == false)
    #expect(try store.check(.readData).isClean)
  }

  @Test("a torn or lost table of many packs costs nothing but time", arguments: [true, false])
  func tornMerge(isLost: Bool) throws {
    let digests = try fill(40)
    let path = index.appending(MergedTable.fileName)
    if isLost {
      try Disk().remove(path)
    } else {
      try Disk().replace(path, with: Array(try Disk().read(path).dropLast()))
    }
    let store = try fixture.open()
    for digest in digests { #expect(try store.index.containsKnown(digest)) }
  }

  @Test("what a removed pack held is not found through the table of many")
  func removedPack() throws {
    let digests = try fill(40)
    let store = try fixture.open()
    let gone = try #require(try store.index.location(of: digests[3]))
    try Disk().remove(gone.pack)
    #expect(try fixture.open().index.containsKnown(digests[3]) == false)
    #expect(try fixture.open().index.containsKnown(digests[4]))
    #expect(try store.index.containsKnown(digests[3]))
    try store.index.refresh()
    #expect(try store.index.containsKnown(digests[3]) == false)
    _ = try fill(40, from: 40)
    #expect(try fixture.open().index.containsKnown(digests[3]) == false)
  }

  @Test("a pack that went and came back is in one table alone")
  func returnedPack() throws {
    let digests = try fill(40)
    let store = try fixture.open()
    let gone = try #require(try store.index.location(of: digests[3]))
    try Disk().remove(gone.pack)
    try store.index.refresh()
    try store.put(Array("blob 3".utf8))
    #expect(try store.index.location(of: digests[3])?.pack == gone.pack)
    try store.index.refresh()
    for number in 40..<80 { try store.put(Array("blob \(number)".utf8)) }
    #expect(try fixture.open().blob(digests[3]) == Array("blob 3".utf8))
  }

  @Test("what only a condemned pack holds is stored again")
  func condemned() throws {
    let digests = try fill(40)
    let store = try fixture.open()
    let location = try #require(try store.index.location(of: digests[5]))
    let merged = try #require(try store.index.location(of: digests[39]))
    store.index.condemn([location.pack.stem ?? "", merged.pack.stem ?? ""])
    #expect(try store.index.containsKnown(digests[5]) == false)
    #expect(try store.index.containsKnown(digests[39]) == false)
    #expect(try store.blob(digests[5]) == Array("blob 5".utf8))
  }

  @Test("a damaged table of many packs hides nothing", arguments: 0..<24)
  func damagedMerge(part: Int) throws {
    let digests = try fill(40)
    let path = index.appending(MergedTable.fileName)
    var bytes = try Disk().read(path)
    // A hole of zeros, as a power cut may leave it.
    let place = bytes.count * part / 24
    for offset in place..<min(bytes.count, place + 100) { bytes[offset] = 0 }
    try Disk().replace(path, with: bytes)
    let store = try fixture.open()
    for digest in digests { #expect(try store.index.contains(digest)) }
    // The next one is made of sound tables.
    _ = try fill(40, from: 40)
    let later = try fixture.open()
    for digest in digests { #expect(try later.blob(digest).isEmpty == false) }
  }

  @Test(
    "what is no pack but is called one hides nothing",
    arguments: ["x.pack", String(repeating: "a", count: 64) + ".pack"])
  func oddPack(name: String) throws {
    let digests = try fill(3)
    try Disk().makeDirectory(fixture.root.appending("store/packs").appending(name))
    let store = try fixture.open()
    for digest in digests { #expect(try store.blob(digest).isEmpty == false) }
    #expect(try store.put([1]).count == 1)
    #expect(try store.check(.structure).isClean == false)
  }
}
