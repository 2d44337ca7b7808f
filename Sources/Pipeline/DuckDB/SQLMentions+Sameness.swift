extension SQLMentions {
  /// Functions that make rows of their arguments alone.
  private static let rowFunctions: Set<String> = [
    "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
  ]
  /// What DuckDB does not call volatile, but says something of the moment, the machine or the process.
  private static let moreVolatile: Set<String> = [
    "ago", "current_localtime", "current_localtimestamp", "current_setting", "getenv", "current_time",
    "current_timestamp", "localtime", "localtimestamp", "reservoir_quantile",
  ]
  /// What it calls volatile, but gives no value, or always the same.
  private static let lessVolatile: Set<String> = ["error"]
  /// Words that are a function's call where no column is called so.
  private static let clockWords: Set<String> = [
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
  ]

  /// Why the answer could be another though query and inputs are the same; nil where it could not.
  ///
  /// - Parameters:
  ///   - volatile: functions that DuckDB says this of.
  ///   - inputs: the tables of the session, as ``DuckDBSession/folded(_:)`` gives them.
  func variance(volatile: Set<String>, inputs: Set<String>) -> DuckDBFailure? {
    let refused = volatile.union(Self.moreVolatile).subtracting(Self.lessVolatile)
    for function in functions {
      let name = DuckDBSession.folded(function.text)
      // With one time, it counts from today.
      guard refused.contains(name) || name == "age" && function.argumentCount == 1 else { continue }
      return DuckDBFailure(
        text:
          "\(function.text) gives something else at another time or on another machine: give the value by `params`, such as \("${{ run.time }}")",
        position: function.position)
    }
    for column in columns where Self.clockWords.contains(DuckDBSession.folded(column.text)) {
      return DuckDBFailure(
        text:
          "\(column.text) is another time each night: give it by `params`, such as \("${{ run.time }}"); a column is named with its table",
        position: column.position)
    }
    for function in tableFunctions where !Self.rowFunctions.contains(DuckDBSession.folded(function.text)) {
      return DuckDBFailure(
        text: "\(function.text) is refused: in the place of a table stand inputs, and \(Self.list)",
        position: function.position)
    }
    let known = inputs.union(commonTables.map(DuckDBSession.folded))
    for table in tables where !known.contains(DuckDBSession.folded(table.text)) {
      return DuckDBFailure(text: "“\(table.text)” is no input of the step", position: table.position)
    }
    if showsCatalog { return DuckDBFailure(text: "SHOW and DESCRIBE are refused: select from inputs") }
    guard hasUnseededSample else { return nil }
    return DuckDBFailure(
      text: "a sample without a seed is another one each time: write USING SAMPLE 10 PERCENT (bernoulli, 42)")
  }

  private static var list: String { rowFunctions.sorted().joined(separator: ", ") }
}
