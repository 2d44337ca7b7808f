/// Makes the columns of features for the rows of a spine.
package struct AsOfFeatures {
  /// The columns that were made, one value a row of the spine, and what was left out.
  package struct Answer {
    package var columns: [Column]
    /// Rows of the spine without a key or time: their features are missing.
    package var unaskedCount: Int
    /// Rows of the source without a key, time or time of knowledge: they never count.
    package var unusedCount: Int
  }

  private let source: AsOfSource
  private let join: AsOfJoin
  private let moments: [Int64]
  /// Of the spine: whether a row has a key and time.
  private let isAsked: [Bool]
  private let unusedCount: Int

  /// Throws ``TablesError`` for a column that is not there or not of the type that is needed.
  ///
  /// - Parameters:
  ///   - keys: the spine's text columns that name the entity.
  ///   - time: the spine's timestamps.
  package init(keys: [Column], time: Column, source: AsOfSource) throws(TablesError) {
    self.source = source
    let sourceKeys = try source.entity.map { name throws(TablesError) in
      try Self.texts(try Self.column(name, source), source.name)
    }
    let numbers = EntityNumbers(
      spine: try keys.map { key throws(TablesError) in try Self.texts(key, "the data") }, source: sourceKeys)
    moments = try Self.times(time, "the data")
    let happened = try Self.times(try Self.column(source.time, source), source.name)
    let known = try Self.known(happened, source)
    isAsked = zip(numbers.spine, moments).map { $0 >= 0 && $1 != Column.missingInteger }
    unusedCount = happened.indices.count { row in
      happened[row] == Column.missingInteger || known[row] == Column.missingInteger
        || sourceKeys.contains { $0.codes[row] < 0 }
    }
    join = AsOfJoin(
      AsOfJoin.Moments(entities: numbers.spine, times: moments),
      AsOfJoin.Events(entities: numbers.source, times: happened, known: known), entityCount: numbers.count)
  }

  package func answer() throws -> Answer {
    var windows: [Window: [WindowSummary?]] = [:]
    var latest: [Int64?: [Int]] = [:]
    var columns: [Column] = []
    for feature in source.features {
      switch feature.measure {
      case .last, .age:
        let rows = latest[feature.reach] ?? join.latest(maximumAge: feature.reach)
        latest[feature.reach] = rows
        columns.append(try newest(feature, rows))
      case .count, .sum, .mean, .min, .max:
        let window = Window(column: feature.column, length: feature.reach)
        let summaries = try windows[window] ?? summaries(window)
        windows[window] = summaries
        columns.append(summary(feature, summaries))
      }
    }
    return Answer(columns: columns, unaskedCount: isAsked.count { !$0 }, unusedCount: unusedCount)
  }

  private struct Window: Hashable {
    var column: String?
    var length: Int64?
  }

  private func newest(_ feature: AsOfFeature, _ rows: [Int]) throws(TablesError) -> Column {
    if feature.measure == .last, let name = feature.column {
      return try Self.column(name, source).gathered(rows, as: feature.name)
    }
    let times = try Self.times(try Self.column(source.time, source), source.name)
    let ages = rows.enumerated().map { moment, row in
      row < 0 ? .nan : Double(moments[moment] - times[row]) / Double(Column.ticksPerSecond)
    }
    return Column(name: feature.name, storage: .floats(ages))
  }

  private func summaries(_ window: Window) throws(TablesError) -> [WindowSummary?] {
    var values = [Double](repeating: 0, count: source.table.rowCount)
    if let name = window.column {
      let column = try Self.column(name, source)
      // Texts can be counted alone.
      values = column.doubles ?? (0..<column.count).map { column.isMissing($0) ? .nan : 0 }
    }
    return join.windows(of: values, length: window.length, source.repeats)
  }

  private func summary(_ feature: AsOfFeature, _ summaries: [WindowSummary?]) -> Column {
    if feature.measure == .count {
      return Column(
        name: feature.name,
        storage: .integers(
          zip(summaries, isAsked).map { $1 ? Int64($0?.count ?? 0) : Column.missingInteger }))
    }
    let values = summaries.map { summary -> Double in
      guard let summary, summary.count > 0 else { return .nan }
      return switch feature.measure {
      case .sum: summary.sum
      case .mean: summary.mean
      case .min: summary.minimum
      default: summary.maximum
      }
    }
    // What overflows is not a number that a table can hold.
    return Column(name: feature.name, storage: .floats(values.map { $0.isFinite ? $0 : .nan }))
  }

  // MARK: Columns

  private static func column(_ name: String, _ source: AsOfSource) throws(TablesError) -> Column {
    if let column = source.table[name] { return column }
    let known = source.table.columns.map(\.name)
    throw .unknownColumn(file: source.name, column: name, nearest: nearestWord(to: name, among: known), known: known)
  }

  private static func texts(_ column: Column, _ name: String) throws(TablesError) -> Column.DictionaryColumn {
    if case .strings(let texts) = column.storage { return texts }
    throw .invalidSplit("the key column “\(column.name)” of \(name) was not read as text")
  }

  private static func times(_ column: Column, _ name: String) throws(TablesError) -> [Int64] {
    switch column.storage {
    case .timestamps(let values): return values
    case .floats(let values) where values.allSatisfy(\.isNaN):
      return [Int64](repeating: Column.missingInteger, count: values.count)
    default:
      throw .invalidSplit(
        "the column “\(column.name)” of \(name) holds \(column.type.rawValue) values: a time such as 2013-04-01T02:00:00Z is needed"
      )
    }
  }

  private static func known(_ happened: [Int64], _ source: AsOfSource) throws(TablesError) -> [Int64] {
    switch source.known {
    case .column(let name): try times(try column(name, source), source.name)
    case .delay(let ticks): happened.map { $0 == Column.missingInteger ? $0 : $0 + ticks }
    }
  }
}

extension Column {
  /// The values of the given rows, missing where a row is below 0.
  func gathered(_ rows: [Int], as name: String) -> Column {
    func values<Value>(_ values: [Value], _ missing: Value) -> [Value] { rows.map { $0 < 0 ? missing : values[$0] } }
    let gathered: Storage =
      switch storage {
      case .integers(let old): .integers(values(old, Self.missingInteger))
      case .floats(let old): .floats(values(old, .nan))
      case .booleans(let old): .booleans(values(old, -1))
      case .timestamps(let old): .timestamps(values(old, Self.missingInteger))
      case .strings(let old): .strings(DictionaryColumn(codes: values(old.codes, -1), values: old.values))
      }
    return Column(name: name, storage: gathered)
  }
}
