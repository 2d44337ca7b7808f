@testable import Store
import Testing

@Suite struct ManifestTests {
  private func file(_ path: String, _ text: String = "x", isExecutable: Bool = false) throws -> Manifest.File {
    let digest = Digest(of: Array(text.utf8))
    return Manifest.File(
      path: try RelativePath(path), isExecutable: isExecutable,
      chunks: [Manifest.Chunk(digest: digest, sizeBytes: text.utf8.count)])
  }

  @Test("the same files in any order are the same version")
  func order() throws {
    let files = [try file("b/c"), try file("a", isExecutable: true), try file("b/ä \"quoted\"\\\n")]
    let encoded = try Manifest(files).encoded()
    #expect(try Manifest(files.reversed()).encoded() == encoded)
    #expect(try Manifest(decoding: encoded) == Manifest(files))
  }

  @Test(
    "a path that could leave its folder is refused",
    arguments: ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\0b"])
  func paths(path: String) {
    #expect(throws: StoreError.self) { try RelativePath(path) }
  }

  @Test("two files of one path, or a file that is a folder too, are refused")
  func collisions() throws {
    #expect(throws: StoreError.self) { try Manifest([try file("a"), try file("a", "y")]) }
    #expect(throws: StoreError.self) { try Manifest([try file("a"), try file("a/b")]) }
  }

  @Test("bytes that are not canonical are no manifest")
  func canonical() throws {
    let encoded = try Manifest([try file("a")]).encoded()
    #expect(throws: Manifest.DecodingFault.self) { try Manifest(decoding: encoded + [10]) }
    #expect(throws: Manifest.DecodingFault.self) { try Manifest(decoding: Array(encoded.dropLast())) }
    #expect(throws: Manifest.DecodingFault.self) { try Manifest(decoding: []) }
  }

  @Test(
    "another way to write the same is refused: one manifest has one digest",
    arguments: [
      ("\"path\":\"a", "\"path\":\"\\u0061"), (",1]", ",01]"), (",1]", ",9999999999]"), (",1]", ", 1]"),
      ("a\\u000a", "a\n"), ("\\u000a", "\\u000A"), ("\\u000a", "\\n"),
    ])
  func spellings(canonical: String, other: String) throws {
    let encoded = String(decoding: try Manifest([try file("a\n")]).encoded(), as: UTF8.self)
    try #require(encoded.contains(canonical))
    #expect(throws: Manifest.DecodingFault.self) {
      try Manifest(decoding: Array(encoded.replacing(canonical, with: other).utf8))
    }
  }

  @Test("a file is found by its path", arguments: [0, 1, 2, 7])
  func lookUp(count: Int) throws {
    let manifest = try Manifest(try (0..<count).map { try file("f\($0)") })
    for index in 0..<count { #expect(manifest["f\(index)"]?.path.text == "f\(index)") }
    #expect(manifest["f"] == nil && manifest["g"] == nil)
  }

  @Test("twenty thousand files are encoded and read in a moment", .timeLimit(.minutes(5)))
  func large() throws {
    let files = try (0..<20_000).map { try file("folder/file-\($0)", "\($0)") }
    let manifest = try Manifest(files)
    #expect(try Manifest(decoding: manifest.encoded()) == manifest)
  }
}
