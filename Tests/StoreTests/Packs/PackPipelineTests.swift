import Disk
@testable import Store
import SystemPackage
import Testing

@Suite struct PackPipelineTests {
  @Test("the packs are the same whenever the same is stored")
  func deterministic() throws {
    let names = try (0..<3).map { _ in
      let fixture = try StoreFixture()
      let store = try fixture.open()
      let writer = try StoreWriter(store)
      for seed in 0..<6 {
        _ = try writer.addFile(try RelativePath("f\(seed)"), noise(3_000_000, seed: UInt64(seed / 2)))
      }
      try writer.finish()
      return try store.index.packNames()
    }
    #expect(names[0] == names[1])
    #expect(names[0] == names[2])
  }

  @Test("content that comes twice while it is under way is stored once")
  func duplicates() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let bytes = noise(2_000_000, seed: 8)
    let builders = try (0..<4).map { number in
      let builder = writer.beginFile(try RelativePath("f\(number)"))
      try builder.append(bytes)
      return try builder.close()
    }
    let files = try writer.resolve(builders)
    try writer.finish()
    #expect(Set(files.map(\.chunks)).count == 1)
    #expect(try store.check(.readData).blobCount == files[0].chunks.count)
  }

  @Test("files that are open at once do not mix")
  func interleaved() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let contents = [noise(900_000, seed: 1), noise(900_000, seed: 2)]
    let builders = [writer.beginFile(try RelativePath("a")), writer.beginFile(try RelativePath("b"))]
    for start in stride(from: 0, to: 900_000, by: 90_000) {
      for (builder, content) in zip(builders, contents) { try builder.append(Array(content[start..<start + 90_000])) }
    }
    let files = try builders.map { try $0.finish() }
    try writer.finish()
    for (file, content) in zip(files, contents) {
      var stream = store.stream(of: file)
      #expect(try stream.readAll() == content)
    }
  }

  @Test("digests alone are those that storing gives, and nothing is written")
  func digestOnly() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let bytes = noise(3_000_000, seed: 4)
    let file = try StoreWriter(store, mode: .digestOnly).addFile(try RelativePath("a"), bytes)
    #expect(try store.index.packNames().isEmpty)
    #expect(try Disk().list(store.root.appending("tmp")).isEmpty)
    #expect(try StoreWriter(store).addFile(try RelativePath("a"), bytes) == file)
  }

  @Test("files of any size are read after blobs of any size", arguments: [0, 1, 200, 300_000, 3_000_000])
  func readsBesideBlobs(blobBytes: Int) throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let writer = try StoreWriter(store)
    let folder = fixture.root.appending("in")
    try Disk().makeDirectory(folder)
    let sizes = [0, 1, 5000, 250_000, 2_200_000, 2_400_000, 5_000_001]
    var manifests: [Manifest] = []
    for (number, size) in sizes.enumerated() {
      try Disk().replace(folder.appending("f\(number)"), with: noise(size, seed: UInt64(number)))
      try writer.put(noise(blobBytes, seed: UInt64(100 + number)))
      let ingest = Ingest(disk: Disk())
      manifests.append(try ingest.read(try ingest.sources("f\(number)", below: folder), into: writer))
    }
    try writer.finish()
    for (number, manifest) in manifests.enumerated() {
      var stream = store.stream(of: manifest.files[0])
      #expect(try stream.readAll() == noise(sizes[number], seed: UInt64(number)))
      // Cut as a stream is.
      #expect(
        try writer.addFile(try RelativePath("f\(number)"), noise(sizes[number], seed: UInt64(number)))
          == manifest.files[0])
    }
  }
}
