internal import Learning
internal import Tables

extension Evaluation {
  /// What the baselines in the model's package say to some rows of the data. One whose columns the data lacks says nothing.
  func baselines(_ baselines: Baselines?, rows: [Int]) throws -> [Judged.Baseline] {
    guard let baselines else { return [] }
    let reader = try context.table(data)
    let header = try reader.header()
    return try baselines.kinds.compactMap { kind in
      let types = baselines.columnTypes(kind)
      let names = types.keys.sorted()
      guard names.allSatisfy(header.contains) else { return nil }
      let table =
        names.isEmpty
        ? Table(columns: [], rowCount: rows.count) : try reader.readTable(columns: names, types: types).gather(rows)
      return Judged.Baseline(name: kind.rawValue, scores: try baselines.scores(kind, for: table))
    }
  }
}
