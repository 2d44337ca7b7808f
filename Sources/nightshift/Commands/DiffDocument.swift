internal import Records
internal import Store

/// A comparison of two versions as JSON; also as text and as Markdown.
struct DiffDocument: Encodable {
  struct Side: Encodable {
    var version: String
    var digest: String
  }

  struct Added: Encodable {
    var path: String
    var bytes: Int
    var newBytes: Int
    var copyOf: String?
  }

  struct Removed: Encodable {
    var path: String
    var bytes: Int
  }

  struct Changed: Encodable {
    var path: String
    var oldBytes: Int
    var bytes: Int
    var newBytes: Int
    var executable: Bool?
  }

  struct Moved: Encodable {
    var from: String
    var path: String
    var bytes: Int
  }

  struct Count: Encodable {
    var files: Int
    var bytes: Int
  }

  var from: Side
  var to: Side
  var added: [Added]
  var removed: [Removed]
  var changed: [Changed]
  var moved: [Moved]
  var unchanged: Count
  var newBytes: Int

  init(_ diff: ManifestDiff, from: Artifact, to: Artifact) {
    (self.from, self.to) = (Self.side(from), Self.side(to))
    added = diff.added.map {
      Added(path: $0.path.text, bytes: $0.sizeBytes, newBytes: $0.newBytes, copyOf: $0.copyOf?.text)
    }
    removed = diff.removed.map { Removed(path: $0.path.text, bytes: $0.sizeBytes) }
    changed = diff.changed.map {
      Changed(
        path: $0.path.text, oldBytes: $0.oldSizeBytes, bytes: $0.sizeBytes, newBytes: $0.newBytes,
        executable: $0.isExecutable)
    }
    moved = diff.moved.map { Moved(from: $0.from.text, path: $0.path.text, bytes: $0.sizeBytes) }
    unchanged = Count(files: diff.unchangedCount, bytes: diff.unchangedBytes)
    newBytes = diff.newBytes
  }

  private static func side(_ artifact: Artifact) -> Side {
    Side(
      version: artifact.version.map { "\($0.project)/\($0.text)" } ?? artifact.digestText, digest: artifact.digestText)
  }
}

// MARK: For people

extension DiffDocument {
  /// A line for each file that is not as it was, and a last line with the sums.
  var text: String {
    var table = TextTable(["CHANGE", "BYTES", "NEW", "PATH"], rightAligned: [1, 2])
    for line in lines(quote: \.printable) {
      table.add([line.change, line.bytes, line.newBytes, line.path])
    }
    return (isEmpty ? "" : table.text + "\n") + summary
  }

  /// A list with a point for each file that is not as it was. A table would let a `|` in a name break out of its cell.
  var markdown: String {
    let points = lines(quote: \.markdownCode).map { line in
      let new = line.newBytes.isEmpty ? "" : ", \(line.newBytes) new"
      return "- \(line.change) \(line.path): \(line.bytes) bytes\(new)"
    }
    return (["**\(from.version) → \(to.version)**: \(summary)"] + (points.isEmpty ? [] : [""]) + points)
      .joined(separator: "\n")
  }

  private var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && moved.isEmpty }

  private struct Line {
    var change: String
    var bytes: String
    /// Empty where there can be none.
    var newBytes: String
    var path: String
  }

  private func lines(quote: (String) -> String) -> [Line] {
    added.map { file in
      let origin = file.copyOf.map { ", a copy of " + quote($0) } ?? ""
      return Line(
        change: "added", bytes: "\(file.bytes)", newBytes: "\(file.newBytes)", path: quote(file.path) + origin)
    }
      + removed.map { Line(change: "removed", bytes: "\($0.bytes)", newBytes: "", path: quote($0.path)) }
      + changed.map { file in
        let mode = file.executable.map { $0 ? ", now executable" : ", no longer executable" } ?? ""
        return Line(
          change: "changed", bytes: "\(file.oldBytes) → \(file.bytes)", newBytes: "\(file.newBytes)",
          path: quote(file.path) + mode)
      }
      + moved.map {
        Line(change: "moved", bytes: "\($0.bytes)", newBytes: "", path: quote($0.from) + " → " + quote($0.path))
      }
  }

  private var summary: String {
    let changes = [
      ("added", added.count, added.reduce(0) { $0 + $1.bytes }),
      ("removed", removed.count, removed.reduce(0) { $0 + $1.bytes }),
      ("changed", changed.count, changed.reduce(0) { $0 + $1.bytes }),
      ("moved", moved.count, moved.reduce(0) { $0 + $1.bytes }),
      ("unchanged", unchanged.files, unchanged.bytes),
    ]
    let parts = changes.map { "\($0.1) \($0.0) (\($0.2) bytes)" }
    return parts.joined(separator: ", ") + "; \(newBytes) bytes new"
  }
}

extension String {
  /// As Markdown shows it letter by letter: a code span with more backticks round it than it holds in a row.
  var markdownCode: String {
    let text = printable
    let longest = text.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let edges: [Character?] = [text.first, text.last]
    let needsBlanks = edges.contains("`") || edges.contains(" ")
    return needsBlanks ? "\(fence) \(text) \(fence)" : fence + text + fence
  }
}
