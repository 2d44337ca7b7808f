internal import Disk
internal import Foundation
internal import Records
internal import Store
internal import SystemPackage

/// What attempts at a `predict` step have written so far, kept on disk under a name of all that it depends on, so that
/// an attempt after a killed one goes on where that stopped. Part n is a file of its own that says what it holds; one
/// that is torn ends the parts that count.
final class PredictionParts {
  /// What a part begins with, as one line of JSON.
  private struct Header: Codable {
    var format = PredictionParts.format
    /// Rows of the data up to the part's end.
    var rowCount: Int
    /// Bytes of each file of the step's outputs, which follow the line in the order of their names.
    var lengths: [String: Int]
    /// Of these bytes.
    var digest: Digest
    var state: PredictionState
  }

  private static let format = "nightshift-prediction-part 1"
  private static let prefix = "parts-"
  /// How long parts of attempts that nobody made again are kept.
  private static let keptSeconds = 7.0 * 86_400

  private let folder: FilePath
  private let disk: Disk
  private let lock: FileLock
  private var count = 0

  /// Nil where another attempt works with the parts, or locks are not to be had: then there are none.
  ///
  /// - Parameter name: of all that the outputs depend on.
  init?(_ name: Digest, in store: Store) throws {
    disk = store.disk
    let parent = store.root.appending("tmp")
    folder = parent.appending(Self.prefix + name.short)
    try disk.makeDirectory(folder)
    guard let lock = try? disk.lockIfFree(folder.appending("lock")) else { return nil }
    self.lock = lock
    try Self.sweep(parent, but: folder, disk)
  }

  /// Removes what attempts left that nobody goes on with.
  private static func sweep(_ parent: FilePath, but own: FilePath, _ disk: Disk) throws {
    let now = Double(Disk.now()) / 1e9
    for entry in try disk.listIfPresent(parent) where entry.name.hasPrefix(prefix) {
      let folder = parent.appending(entry.name)
      guard folder != own, now - Double(entry.status.modified) / 1e9 > keptSeconds,
        let held = try? disk.lockIfFree(folder.appending("lock"))
      else { continue }
      try disk.removeTree(folder)
      held.keep()
    }
  }

  private func path(_ number: Int) -> FilePath { folder.appending("part-\(number)") }

  /// The next part that an earlier attempt finished; nil when there is none, or it is damaged.
  func next() throws -> (rowCount: Int, files: [String: [UInt8]], state: PredictionState)? {
    guard let bytes = try disk.readIfPresent(path(count)), let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[..<end])), header.format == Self.format,
      header.lengths.values.allSatisfy({ $0 >= 0 && $0 <= bytes.count }),
      header.lengths.values.reduce(0, +) == bytes.count - end - 1,
      Digest(of: Array(bytes[(end + 1)...])) == header.digest
    else { return nil }
    var files: [String: [UInt8]] = [:]
    var place = end + 1
    for (name, length) in header.lengths.sorted(by: { $0.key < $1.key }) {
      files[name] = Array(bytes[place..<place + length])
      place += length
    }
    count += 1
    return (header.rowCount, files, header.state)
  }

  /// Keeps what was written since the last part.
  func append(rowCount: Int, files: [String: [UInt8]], state: PredictionState) throws {
    let body = files.sorted { $0.key < $1.key }.flatMap(\.value)
    let header = Header(
      rowCount: rowCount, lengths: files.mapValues(\.count), digest: Digest(of: body), state: state)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // A part that a power cut tears is told by its digest.
    try disk.replace(
      path(count), with: Array(try encoder.encode(header)) + [UInt8(ascii: "\n")] + body, durability: .cached)
    count += 1
  }

  /// Removes all, once the outputs are published.
  func remove() throws { try disk.removeTree(folder) }
}

/// What is known of the rows that were scored, beside the files.
struct PredictionState: Codable {
  var scoredCount = 0
  var unseen: [String: Int] = [:]
  var disagreement: DisagreementTally?
}
