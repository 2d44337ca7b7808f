/// Rows of a table that lie together in memory.
///
/// Sendable: the pass changes `rowCount` and `parts` under its lock alone, and whoever takes the segment from it is the
/// only one to have it.
final class Segment: @unchecked Sendable {
  /// Rows whose codes are of one dictionary.
  struct Part {
    var column: Int
    var firstRow: Int
    var count: Int
    var codes: UnsafeMutablePointer<Int32>
    var dictionary: TextDictionary
  }

  let firstRow: Int
  let capacity: Int
  let columns: [ColumnMemory]
  private let monitor = Monitor()
  private var filledCount = 0
  private var parts: [Int: [Part]] = [:]

  init(firstRow: Int, capacity: Int, columns: [ColumnMemory]) {
    self.firstRow = firstRow
    self.capacity = capacity
    self.columns = columns
  }

  /// How many rows were filled.
  var rowCount: Int { monitor.withLock { filledCount } }

  func add(_ parts: [Part], rowCount: Int) {
    monitor.withLock {
      for part in parts { self.parts[part.column, default: []].append(part) }
      filledCount += rowCount
    }
  }

  /// The parts of a column, in the order of their rows.
  func parts(of column: Int) -> [Part] {
    monitor.withLock { parts[column, default: []].sorted { $0.firstRow < $1.firstRow } }
  }
}

/// Brings codes of several dictionaries to those of one, whose values are in the order of their first rows.
enum DictionaryMerge {
  /// The values of all parts; `known`, where given, goes before them and grows.
  static func values(_ parts: [Segment.Part], into known: TextDictionary?) -> [String] {
    var dictionaries: [TextDictionary] = []
    var places: [ObjectIdentifier: Int] = [:]
    for part in parts where places[ObjectIdentifier(part.dictionary)] == nil {
      places[ObjectIdentifier(part.dictionary)] = dictionaries.count
      dictionaries.append(part.dictionary)
    }
    if known == nil, dictionaries.count < 2 { return dictionaries.first?.values() ?? [] }
    let merged = known ?? TextDictionary()
    let codes = merge(dictionaries, areInOrder: dictionaries.count == parts.count, into: merged)
    for part in parts {
      guard let place = places[ObjectIdentifier(part.dictionary)] else { continue }
      codes[place].withUnsafeBufferPointer { codes in
        for row in 0..<part.count where part.codes[row] >= 0 { part.codes[row] = codes[Int(part.codes[row])] }
      }
    }
    return merged.values()
  }

  /// For each dictionary, the new code of each of its own.
  private static func merge(
    _ dictionaries: [TextDictionary], areInOrder: Bool, into merged: TextDictionary
  ) -> [[Int32]] {
    var codes = dictionaries.map { dictionary -> [Int32] in
      var codes: [Int32] = []
      codes.reserveCapacity(dictionary.count)
      return codes
    }
    if areInOrder {
      for (index, dictionary) in dictionaries.enumerated() {
        for code in 0..<dictionary.count {
          let (bytes, row) = dictionary.bytes(code)
          codes[index].append(merged.add(bytes, row: row))
        }
      }
      return codes
    }
    while true {
      var next: (index: Int, row: Int64)?
      for (index, dictionary) in dictionaries.enumerated() where codes[index].count < dictionary.count {
        let row = dictionary.bytes(codes[index].count).firstRow
        if row < next?.row ?? .max { next = (index, row) }
      }
      guard let next else { return codes }
      let bytes = dictionaries[next.index].bytes(codes[next.index].count).bytes
      codes[next.index].append(merged.add(bytes, row: next.row))
    }
  }
}
