@testable import Store
import Testing

@Suite struct RelativePathTests {
  /// A combining accent after a slash makes one grapheme of the two: only bytes say where a part ends.
  @Test(
    "a path that leaves its folder is refused, accents on its slashes or not",
    arguments: [
      "a/../\u{301}x", "..\u{2F}\u{301}", "/\u{301}etc", "a/\u{301}/../b", "a/..", "..", "a/.", "a/",
    ])
  func leaves(path: String) {
    #expect(throws: StoreError.self) { try RelativePath(path) }
  }

  @Test("a path is its bytes: two spellings of one letter are two files")
  func bytes() throws {
    let (composed, decomposed) = (try RelativePath("\u{E9}"), try RelativePath("e\u{301}"))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    let chunks = [Manifest.Chunk(digest: Digest(of: [1]), sizeBytes: 1)]
    let manifest = try Manifest([composed, decomposed].map { Manifest.File(path: $0, chunks: chunks) })
    #expect(try Manifest(decoding: manifest.encoded()).files.count == 2)
  }
}
