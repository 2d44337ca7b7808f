internal import Records
internal import Statistics
internal import Tables

/// A column of both tables and the type under which its values are compared.
struct ColumnPair: Sendable {
  var old: String
  var new: String
  var type: ColumnType

  init(_ old: ColumnSketch, _ new: ColumnSketch) {
    self.old = old.name
    self.new = new.name
    switch (old.type, new.type) {
    case let (left, right) where left == right: type = left
    // A column without a value has no type of its own.
    case (let left, _) where new.valueCount == 0: type = left
    case (_, let right) where old.valueCount == 0: type = right
    case (.integer, .float), (.float, .integer): type = .float
    default: type = .string
    }
  }
}

/// Compares two tables row by row, matched by key. Exact but for hashes that collide (128 bits for a key, 64 for a text).
///
/// Keys that do not fit into ``limitBytes`` are taken part by part, each part reading both tables again.
struct KeyComparison {
  private let old: ComparedTable
  private let new: ComparedTable
  private let keys: [ColumnPair]
  private let values: [ColumnPair]
  private let rowCounts: (old: Int, new: Int)
  let partCount: Int
  private let samplingBound: UInt64

  private(set) var document: TableDiffDocument.Keys
  /// Old and new numbers of a sample of matched rows, by the new name of the column.
  private(set) var numbers: [String: [(old: Double, new: Double)]] = [:]

  static let limitBytes = 768 << 20
  private static let sampledRows = 20_000
  private static let limitExamples = 20
  private static let limitRows = Int(UInt32.max) - 1

  /// - Parameter rowCounts: of the old and the new table.
  init(
    _ old: ComparedTable, _ new: ComparedTable, keys: [ColumnPair], values: [ColumnPair], rowCounts: (Int, Int),
    limitBytes: Int = KeyComparison.limitBytes
  ) throws {
    guard max(rowCounts.0, rowCounts.1) < Self.limitRows else {
      throw TablesError.noRows("a comparison by key takes at most \(Self.limitRows) rows: compare without a key")
    }
    (self.old, self.new, self.keys, self.values) = (old, new, keys, values)
    self.rowCounts = rowCounts
    let bytes = KeyTable.bytes(width: values.count, oldRows: rowCounts.0, newRows: rowCounts.1)
    partCount = max(1, (bytes + limitBytes - 1) / limitBytes)
    let share = min(1, Double(Self.sampledRows) / Double(max(1, rowCounts.0)))
    samplingBound = share == 1 ? .max : UInt64(share * 0x1p64)
    document = TableDiffDocument.Keys(
      columns: keys.map(\.new), addedCount: 0, removedCount: 0, changedCount: 0, unchangedCount: 0,
      oldDuplicateCount: 0, newDuplicateCount: 0, changedColumns: [])
    try compare()
  }

  private enum Side { case old, new }

  private mutating func compare() throws {
    var tally = Tally(width: values.count)
    for part in 0..<partCount { try comparePart(part, &tally) }
    document.changedColumns = tally.changed.enumerated().filter { $0.element > 0 }
      .map { TableDiffDocument.ColumnCount(column: values[$0.offset].new, rowCount: $0.element) }
      .sorted { ($1.rowCount, $0.column) < ($0.rowCount, $1.column) }
    try fillExamples(tally)
  }

  private mutating func comparePart(_ part: Int, _ tally: inout Tally) throws {
    var table = KeyTable(width: values.count, oldRows: share(rowCounts.old), newRows: share(rowCounts.new))
    try forEachRow(of: .old, part) { key, row, words, index in
      table.addOld(key, row: row) { words[$0][index] }
    }
    let numeric = values.indices.filter { [.integer, .float, .timestamp].contains(values[$0].type) }
    var sampled: [(entry: Int, words: [UInt64])] = []
    try forEachRow(of: .new, part) { key, row, words, index in
      let entry = table.addNew(key, row: row) { words[$0][index] }
      if let entry, key.high <= samplingBound { sampled.append((entry, numeric.map { words[$0][index] })) }
    }
    for entry in 0..<table.count { count(entry, table, &tally) }
    for (entry, words) in sampled where table.oldCounts[entry] == 1 && table.newCounts[entry] == 1 {
      for (place, column) in numeric.enumerated() {
        guard let before = number(table.oldWord(entry, column), values[column].type),
          let after = number(words[place], values[column].type)
        else { continue }
        numbers[values[column].new, default: []].append((before, after))
      }
    }
  }

  /// A part's rows of all of a table: hardly ever more, as hashes deal them out (four standard deviations).
  private func share(_ rowCount: Int) -> Int {
    guard partCount > 1 else { return rowCount }
    let mean = Double(rowCount) / Double(partCount)
    return min(rowCount, Int(mean + 4 * mean.squareRoot()) + 1)
  }

  private func number(_ word: UInt64, _ type: ColumnType) -> Double? {
    if type == .float {
      let value = Double(bitPattern: word)
      return value.isNaN ? nil : value
    }
    let value = Int64(bitPattern: word)
    guard value != Column.missingInteger else { return nil }
    return type == .timestamp ? Double(value) / Double(Column.ticksPerSecond) : Double(value)
  }

  private mutating func count(_ entry: Int, _ table: KeyTable, _ tally: inout Tally) {
    let example = Tally.Example(
      key: table.keys[entry], oldRow: Int(table.oldRows[entry]), newRow: Int(table.newRows[entry]))
    let (before, after) = (table.oldCounts[entry], table.newCounts[entry])
    if before > 1 { document.oldDuplicateCount += 1 }
    if after > 1 { document.newDuplicateCount += 1 }
    switch (before, after) {
    case (2, _): tally.oldDuplicates.add(example)
    case (_, 2): tally.newDuplicates.add(example)
    case (1, 0):
      document.removedCount += 1
      tally.removed.add(example)
    case (0, 1):
      document.addedCount += 1
      tally.added.add(example)
    case _ where table.isChanged(entry):
      document.changedCount += 1
      tally.changedRows.add(example)
      for column in 0..<values.count where table.isChanged(entry, column) { tally.changed[column] += 1 }
    default: document.unchangedCount += 1
    }
  }

  // MARK: Rows

  /// Gives the rows of a part: the key, the row's number, and the batch's words column by column with the place in them.
  private func forEachRow(
    of side: Side, _ part: Int, _ body: (KeyTable.Key, Int, [[UInt64]], Int) -> Void
  ) throws {
    let pairs = keys + values
    var start = 0
    try forEachBatch(of: side, pairs) { batch in
      var hashes = [KeyTable.Key](repeating: KeyTable.Key(high: 0, low: 0), count: batch.rowCount)
      for index in keys.indices { Self.fold(batch.columns[index], into: &hashes) }
      let words = values.indices.map { Self.words(of: batch.columns[keys.count + $0], seed: 0) }
      for (index, key) in hashes.enumerated() where partCount == 1 || Int(key.high % UInt64(partCount)) == part {
        body(key, start + index, words, index)
      }
      start += batch.rowCount
    }
  }

  private func forEachBatch(of side: Side, _ pairs: [ColumnPair], _ body: (Table) throws -> Void) throws {
    let names = pairs.map { side == .old ? $0.old : $0.new }
    let types = Dictionary(zip(names, pairs.map(\.type)), uniquingKeysWith: { first, _ in first })
    try (side == .old ? old : new).reader.forEachBatch(
      of: TableSketch.batchRows, columns: names, types: types, dictionaries: .perBatch, body)
  }

  private static func fold(_ column: Column, into keys: inout [KeyTable.Key]) {
    let (high, low) = (words(of: column, seed: 1), words(of: column, seed: 2))
    for row in keys.indices {
      keys[row].high = Mixing.mixed(keys[row].high ^ high[row])
      keys[row].low = Mixing.mixed((keys[row].low << 7 | keys[row].low >> 57) &+ low[row])
    }
  }

  /// One word a row: numbers as they are, texts as hashes.
  private static func words(of column: Column, seed: UInt64) -> [UInt64] {
    switch column.storage {
    case .integers(let values), .timestamps(let values): return values.map { UInt64(bitPattern: $0) }
    case .floats(let values): return values.map { $0.isNaN ? Double.nan.bitPattern : ValueHash.word($0) }
    case .booleans(let values): return values.map { UInt64(bitPattern: Int64($0)) }
    case .strings(let texts):
      var isHashed = [Bool](repeating: false, count: texts.values.count)
      var hashes = [UInt64](repeating: 0, count: texts.values.count)
      return texts.codes.map { code in
        guard code >= 0 else { return ValueHash.missing }
        let code = Int(code)
        if !isHashed[code] {
          hashes[code] = ValueHash.text(texts.values[code], seed: seed)
          isHashed[code] = true
        }
        return hashes[code]
      }
    }
  }

  // MARK: Examples

  private mutating func fillExamples(_ tally: Tally) throws {
    let before = try texts(
      of: .old,
      tally.removed.rows(\.oldRow) + tally.changedRows.rows(\.oldRow)
        + tally.oldDuplicates.rows(\.oldRow))
    let after = try texts(
      of: .new,
      tally.added.rows(\.newRow) + tally.changedRows.rows(\.newRow)
        + tally.newDuplicates.rows(\.newRow))
    func key(_ row: Row?) -> [String] { (row?.texts ?? []).prefix(keys.count).map { CellText.clipped($0 ?? "") } }
    document.removed = tally.removed.examples.map { key(before[$0.oldRow]) }.sorted(by: Self.precedes)
    document.added = tally.added.examples.map { key(after[$0.newRow]) }.sorted(by: Self.precedes)
    var known: Set<KeyTable.Key> = []
    let duplicates =
      tally.oldDuplicates.examples.map { ($0.key, before[$0.oldRow]) }
      + tally.newDuplicates.examples.map { ($0.key, after[$0.newRow]) }
    document.duplicates = Array(
      duplicates.filter { known.insert($0.0).inserted }.map { key($0.1) }.sorted(by: Self.precedes)
        .prefix(Self.limitExamples))
    document.changed = tally.changedRows.examples.compactMap { example in
      guard let left = before[example.oldRow], let right = after[example.newRow] else { return nil }
      return TableDiffDocument.ChangedRow(key: key(right), cells: cells(left, right))
    }.sorted { Self.precedes($0.key, $1.key) }
  }

  /// The values that differ, by the words that the rows were compared by.
  private func cells(_ left: Row, _ right: Row) -> [TableDiffDocument.Cell] {
    values.indices.filter { left.words[$0] != right.words[$0] }.map { column in
      let place = keys.count + column
      let shown = CellText.pair(left.texts[place], right.texts[place])
      return TableDiffDocument.Cell(column: values[column].new, old: shown.old, new: shown.new)
    }
  }

  private static func precedes(_ left: [String], _ right: [String]) -> Bool { left.lexicographicallyPrecedes(right) }

  /// One row: keys and values as text, the values as words, too.
  private struct Row {
    var texts: [String?]
    var words: [UInt64]
  }

  /// Some rows by their numbers.
  private func texts(of side: Side, _ rows: [Int]) throws -> [Int: Row] {
    let wanted = Set(rows)
    guard let last = wanted.max() else { return [:] }
    var found: [Int: Row] = [:]
    var start = 0
    do {
      try forEachBatch(of: side, keys + values) { batch in
        let here = wanted.filter { $0 >= start && $0 < start + batch.rowCount }.sorted()
        let columns = batch.gather(here.map { $0 - start }).columns
        let texts = columns.map(\.texts)
        let words = columns.dropFirst(keys.count).map { Self.words(of: $0, seed: 0) }
        for (place, row) in here.enumerated() {
          found[row] = Row(texts: texts.map { $0[place] }, words: words.map { $0[place] })
        }
        start += batch.rowCount
        if start > last { throw Enough() }
      }
    } catch is Enough {
      return found
    }
    return found
  }

  /// Ends the reading of a table.
  private struct Enough: Error {}

  /// Counts over all parts, and the examples: those with the smallest hashes of their keys, whatever the order of rows.
  private struct Tally {
    struct Example {
      var key: KeyTable.Key
      var oldRow: Int
      var newRow: Int
    }

    struct Examples {
      private(set) var examples: [Example] = []

      mutating func add(_ example: Example) {
        if examples.count == limitExamples, let last = examples.last, last.key < example.key { return }
        let place = examples.firstIndex { example.key < $0.key } ?? examples.count
        examples.insert(example, at: place)
        if examples.count > limitExamples { examples.removeLast() }
      }

      func rows(_ row: KeyPath<Example, Int>) -> [Int] { examples.map { $0[keyPath: row] } }
    }

    var changed: [Int]
    var added = Examples()
    var removed = Examples()
    var changedRows = Examples()
    var oldDuplicates = Examples()
    var newDuplicates = Examples()

    init(width: Int) { changed = [Int](repeating: 0, count: width) }
  }
}
