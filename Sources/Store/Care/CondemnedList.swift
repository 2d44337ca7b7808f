internal import Foundation

/// The packs that are about to go, and the generation of sessions that know of them: `index/condemned.json`.
///
/// A session belongs to the generation that it found here when it began, and builds on no pack of the list. So a pack
/// that was condemned in generation N is built on by sessions of earlier generations alone. Losing the file loses time:
/// the packs are condemned anew.
struct CondemnedList: Codable, Equatable, Sendable {
  struct Pack: Codable, Equatable, Sendable {
    var name: String
    /// Seconds since 1970.
    var at: Int
    /// The first generation whose sessions know of it.
    var generation: Int

    fileprivate func isSound(in present: Int) -> Bool {
      Digest(name) != nil && at >= 0 && generation > 0 && generation <= present
    }
  }

  static let currentFormat = "nightshift-condemned 1"
  static let limitBytes = 1 << 26
  /// Counting never gets there: a higher number is no generation.
  static let lastGeneration = 1 << 53

  var format = CondemnedList.currentFormat
  var generation = 0
  /// Sorted by name.
  var packs: [Pack] = []

  var names: Set<String> { Set(packs.map(\.name)) }

  init() {}

  /// Nil for bytes that are no such list, or one of another format.
  init?(_ bytes: [UInt8]) {
    guard let list = try? JSONDecoder().decode(CondemnedList.self, from: Data(bytes)),
      list.format == Self.currentFormat, (0...Self.lastGeneration).contains(list.generation),
      list.packs.allSatisfy({ $0.isSound(in: list.generation) })
    else { return nil }
    self = list
  }

  /// The canonical bytes: sorted keys, a line break at the end.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
