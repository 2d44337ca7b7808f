internal import CTables

/// A thread's own memory for blocks, and, of a table, its dictionaries.
final class ReadWorker {
  let block = ReadBlock()
  private var own: [TextDictionary?] = []
  /// Values that are looked at and not kept.
  var scratch: [Int64] = []

  /// One a text column, for all the blocks of this thread.
  func dictionaries(_ columns: [ReadPass.Column]) -> [TextDictionary?] {
    if own.isEmpty { own = columns.map { $0.type == .string ? TextDictionary() : nil } }
    return own
  }
}

/// Turns the values of a block into typed ones.
struct BlockParser {
  let block: ReadBlock
  let file: ReadPass.File
  let columns: [ReadPass.Column]
  /// Columns whose type did not fit a value before: they are looked at and not stored.
  let overtaken: [Bool]
  /// The number of the block's first row.
  let firstRow: Int
  let rules: ReadRules

  /// What the values say of the columns without a type.
  func facts() -> [TypeFacts] {
    columns.indices.map { column in
      guard columns[column].type == nil, let place = file.places[column] else { return TypeFacts() }
      var outcome = tables_outcome()
      look(at: place, &outcome)
      return TypeFacts(bits: outcome.facts)
    }
  }

  /// Looks at all columns and keeps nothing: those of a given type are checked against it.
  func check(_ worker: ReadWorker) -> [tables_outcome] {
    columns.indices.map { column in
      var outcome = tables_outcome()
      guard let place = file.places[column] else {
        outcome.missing = block.rowCount
        return outcome
      }
      guard columns[column].isFixed, let type = columns[column].type, type != .string else {
        look(at: place, &outcome)
        return outcome
      }
      if worker.scratch.count < block.rowCount { worker.scratch = [Int64](repeating: 0, count: block.rowCount) }
      worker.scratch.withUnsafeMutableBytes { scratch in
        guard let base = scratch.baseAddress else { return }
        parse(type, isStrict: false, place, 0..<block.rowCount, base, &outcome)
      }
      return outcome
    }
  }

  private func look(at place: Int, _ outcome: inout tables_outcome) {
    rules.withRules(quotesMeanText: file.source.quotesMeanText) { rules in
      block.withFields(place, 0..<block.rowCount) { tables_facts($0, rules, &outcome) }
    }
  }

  /// Puts the block's rows where they belong. Dictionaries are made for each segment where none are given.
  func fill(_ segments: [Segment], _ dictionaries: [TextDictionary?]) -> [tables_outcome] {
    var outcomes = columns.map { _ in tables_outcome() }
    for segment in segments {
      let rows =
        max(0, segment.firstRow - firstRow)..<min(block.rowCount, segment.firstRow + segment.capacity - firstRow)
      var parts: [Segment.Part] = []
      for column in columns.indices {
        let dictionary = dictionaries.isEmpty ? nil : dictionaries[column]
        fill(column, segment, rows, dictionary, &parts, &outcomes[column])
      }
      segment.add(parts, rowCount: rows.count)
    }
    return outcomes
  }

  private func fill(
    _ column: Int, _ segment: Segment, _ rows: Range<Int>, _ dictionary: TextDictionary?,
    _ parts: inout [Segment.Part], _ outcome: inout tables_outcome
  ) {
    let memory = segment.columns[column]
    let target = firstRow + rows.lowerBound - segment.firstRow
    guard let place = file.places[column] else {
      outcome.missing += rows.count
      memory.fillMissing(target..<target + rows.count)
      return
    }
    if overtaken[column] { return look(at: place, &outcome) }
    guard memory.type == .string else {
      let base = memory.address(of: target)
      return parse(memory.type, isStrict: !columns[column].isFixed, place, rows, base, &outcome)
    }
    let dictionary = dictionary ?? TextDictionary()
    let codes = memory.pointer(to: target, as: Int32.self)
    rules.withRules(quotesMeanText: file.source.quotesMeanText) { rules in
      block.withFields(place, rows) {
        tables_texts($0, rules, dictionary.handle, Int64(firstRow + rows.lowerBound), codes, &outcome)
      }
    }
    parts.append(
      Segment.Part(
        column: column, firstRow: segment.firstRow + target, count: rows.count, codes: codes, dictionary: dictionary))
  }

  private func parse(
    _ type: ColumnType, isStrict: Bool, _ place: Int, _ rows: Range<Int>, _ target: UnsafeMutableRawPointer,
    _ outcome: inout tables_outcome
  ) {
    rules.withRules(quotesMeanText: file.source.quotesMeanText) { rules in
      block.withFields(place, rows) { type.parse($0, rules, isStrict: isStrict, target, &outcome) }
    }
  }
}

extension ColumnMemory {
  func address(of row: Int) -> UnsafeMutableRawPointer {
    switch type {
    case .integer, .timestamp: UnsafeMutableRawPointer(pointer(to: row, as: Int64.self))
    case .float: UnsafeMutableRawPointer(pointer(to: row, as: Double.self))
    case .boolean: UnsafeMutableRawPointer(pointer(to: row, as: Int8.self))
    case .string: UnsafeMutableRawPointer(pointer(to: row, as: Int32.self))
    }
  }

  func fillMissing(_ rows: Range<Int>) {
    for row in rows {
      switch type {
      case .integer, .timestamp: pointer(to: row, as: Int64.self).pointee = Column.missingInteger
      case .float: pointer(to: row, as: Double.self).pointee = .nan
      case .boolean: pointer(to: row, as: Int8.self).pointee = -1
      case .string: pointer(to: row, as: Int32.self).pointee = -1
      }
    }
  }
}
