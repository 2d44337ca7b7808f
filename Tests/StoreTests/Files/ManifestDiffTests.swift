@testable import Store
import Testing

@Suite struct ManifestDiffTests {
  /// Each letter of a content is a chunk of a thousand bytes; a path that begins with `!` may be executed.
  private func manifest(_ files: [String: String]) throws -> Manifest {
    try Manifest(
      files.map { path, content in
        let name = path.hasPrefix("!") ? String(path.dropFirst()) : path
        let chunks = content.utf8.map { Manifest.Chunk(digest: Digest(of: [$0]), sizeBytes: 1000) }
        return Manifest.File(path: try RelativePath(name), isExecutable: name != path, chunks: chunks)
      })
  }

  /// A line for each file that is not as it was.
  private func lines(_ diff: ManifestDiff) -> [String] {
    diff.added.map { "+ \($0.path.text) \($0.newBytes)/\($0.sizeBytes)" + ($0.copyOf.map { " = \($0.text)" } ?? "") }
      + diff.removed.map { "- \($0.path.text) \($0.sizeBytes)" }
      + diff.changed.map { file in
        "* \(file.path.text) \(file.oldSizeBytes) \(file.newBytes)/\(file.sizeBytes)"
          + (file.isExecutable.map { $0 ? " x" : " -x" } ?? "")
      }
      + diff.moved.map { "> \($0.from.text) \($0.path.text) \($0.sizeBytes)" }
  }

  @Test(
    "what became of each file",
    arguments: [
      ([:], [:], []),
      (["a": "A"], ["a": "A"], []),
      ([:], ["a": "A", "b": ""], ["+ a 1000/1000", "+ b 0/0"]),
      (["a": "A", "b": ""], [:], ["- a 1000", "- b 0"]),
      (["a": "AB"], ["a": "ABC"], ["* a 2000 1000/3000"]),
      (["a": "A", "b": "B"], ["a": "B", "b": "A"], ["* a 1000 0/1000", "* b 1000 0/1000"]),
      (["a": "A"], ["!a": "A"], ["* a 1000 0/1000 x"]),
      (["!a": "A"], ["a": "A"], ["* a 1000 0/1000 -x"]),
      (["a": "A"], ["b": "A"], ["> a b 1000"]),
      (["a": "A"], ["a": "A", "b": "A"], ["+ b 0/1000 = a"]),
      (["a": "AB"], ["b": "AB", "c": "AB"], ["+ c 0/2000 = a", "> a b 2000"]),
      (["a": "A", "b": "A"], ["c": "A"], ["- b 1000", "> a c 1000"]),
      // The one of the same name, whatever the order of the paths.
      (["a/x": "A", "b/y": "A"], ["c/y": "A", "d/x": "A"], ["> b/y c/y 1000", "> a/x d/x 1000"]),
      // What may be executed now is another file; what is empty is nobody's copy.
      (["a": "A"], ["!b": "A"], ["+ b 0/1000 = a", "- a 1000"]),
      (["a": ""], ["b": ""], ["+ b 0/0", "- a 0"]),
      // Chunks of other files are not new, and a chunk is counted once.
      (["a": "AB"], ["a": "AB", "c": "BXX", "d": "X"], ["+ c 1000/3000", "+ d 1000/1000"]),
      (["a": "A"], ["a/b": "A"], ["> a a/b 1000"]),
    ] as [([String: String], [String: String], [String])])
  func changes(old: [String: String], new: [String: String], expected: [String]) throws {
    let diff = ManifestDiff(from: try manifest(old), to: try manifest(new))
    #expect(lines(diff) == expected)
    #expect(diff.isEmpty == expected.isEmpty)
  }

  @Test("each new chunk is counted once in the sum")
  func sums() throws {
    let diff = ManifestDiff(
      from: try manifest(["a": "AB", "b": "B"]), to: try manifest(["a": "AX", "b": "B", "c": "XY"]))
    #expect(diff.newBytes == 2000)
    #expect(diff.unchangedCount == 1)
    #expect(diff.unchangedBytes == 1000)
  }

  @Test(
    "every file is in one list, and the old version with the changes is the new one",
    arguments: 1...40 as ClosedRange<UInt64>)
  func property(seed: UInt64) throws {
    let bytes = noise(400, seed: seed)
    func files(_ part: ArraySlice<UInt8>) -> [String: String] {
      var files: [String: String] = [:]
      for byte in part { files["\(byte % 7)/\(byte % 11)"] = String("ABCDE".dropFirst(Int(byte) % 6).prefix(2)) }
      return files
    }
    let (old, new) = (try manifest(files(bytes[..<60])), try manifest(files(bytes[60..<120])))
    let diff = ManifestDiff(from: old, to: new)
    var paths = Set(old.files.map(\.path))
    for file in diff.removed { #expect(paths.remove(file.path) != nil) }
    for file in diff.moved {
      #expect(paths.remove(file.from) != nil)
      #expect(old[file.from.text]?.chunks == new[file.path.text]?.chunks)
    }
    for path in diff.added.map(\.path) + diff.moved.map(\.path) { #expect(paths.insert(path).inserted) }
    #expect(paths == Set(new.files.map(\.path)))
    #expect(
      diff.unchangedCount + diff.changed.count + diff.moved.count + diff.added.count == new.files.count)
    #expect(ManifestDiff(from: old, to: old).isEmpty)
  }
}
