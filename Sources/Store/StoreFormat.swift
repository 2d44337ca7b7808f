internal import Disk
internal import SystemPackage

/// The parameters that every reader and writer of a store must agree on: the text of its `format` file.
package struct StoreFormat: Equatable, Sendable {
  /// The version this tool reads and writes.
  static let header = "nightshift-store 1"

  /// Bounds of chunk lengths in bytes, and the length that cuts aim at. See Store/README.md for the reasons.
  var minimumChunkBytes = 16 << 10
  var averageChunkBytes = 64 << 10
  var maximumChunkBytes = 256 << 10
  /// Permissions of files and folders; without them (stores that were made before they were) the umask decides.
  var modes: Disk.Modes? = Disk.Modes(file: 0o640, folder: 0o750)

  var text: String {
    """
    \(Self.header)
    digest sha256
    \(chunkLine)
    \(modes.map { "modes \(Self.octal($0.file)) \(Self.octal($0.folder))\n" } ?? "")
    """
  }

  /// What decides where files are cut.
  var chunkLine: String { "chunks fastcdc \(minimumChunkBytes) \(averageChunkBytes) \(maximumChunkBytes)" }

  init() {}

  /// Reads the text of a `format` file.
  init(_ text: String, at path: FilePath) throws(StoreError) {
    let lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first, first == Self.header else { throw .unknownFormat(path, found: lines.first ?? "") }
    modes = nil
    for line in lines.dropFirst() {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "digest" where words == ["digest", "sha256"]: continue
      case "chunks":
        let sizes = words.dropFirst(2).compactMap { Int($0) }
        guard words.count == 5, words[1] == "fastcdc", sizes.count == 3, sizes[0] >= 64, sizes[0] < sizes[1],
          sizes[1] < sizes[2], sizes[2] <= 64 << 20, sizes[1] & (sizes[1] - 1) == 0
        else { throw .unknownFormat(path, found: line) }
        (minimumChunkBytes, averageChunkBytes, maximumChunkBytes) = (sizes[0], sizes[1], sizes[2])
      case "modes":
        let bits = words.dropFirst().compactMap { UInt32($0, radix: 8) }
        guard words.count == 3, bits.count == 2, bits[0] & 0o600 == 0o600, bits[0] <= 0o777, bits[1] & 0o700 == 0o700,
          bits[1] <= 0o7777
        else { throw .unknownFormat(path, found: line) }
        modes = Disk.Modes(file: bits[0], folder: bits[1])
      default: throw .unknownFormat(path, found: line)
      }
    }
  }

  /// At least four digits, the first 0, as people write modes.
  private static func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return digits.count < 4 ? String(repeating: "0", count: 4 - digits.count) + digits : digits
  }
}
