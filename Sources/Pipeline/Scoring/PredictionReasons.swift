internal import Learning
internal import Tables

/// The columns that name the features which added most to each row's score, in either direction.
struct PredictionReasons {
  let count: Int
  let schema: ModelSchema

  /// Contributions that are in memory at a time.
  private static let limitValues = 1 << 22

  /// For each reason the feature, its value in the row, and what it added before the objective's transform.
  var names: [String] {
    count == 0 ? [] : (1...count).flatMap { ["reason_\($0)", "reason_\($0)_value", "reason_\($0)_contribution"] }
  }

  func cells(_ batch: Table, _ predictions: Predictor.Predictions, _ scorer: Scorer) throws -> [CSVCells] {
    guard count > 0 else { return [] }
    var reasons = [Reasons](repeating: Reasons(), count: count)
    let step = max(1, Self.limitValues / (schema.task.outputCount * (schema.features.count + 1)))
    let outputs = outputs(predictions)
    for start in stride(from: 0, to: batch.rowCount, by: step) {
      let rows = start..<min(batch.rowCount, start + step)
      let part = rows.count == batch.rowCount ? batch : batch.gather(Array(rows))
      guard let found = try scorer.contributions(part) else {
        throw PipelineError.stepFailed("this model does not say what each feature added: leave out `reasons`")
      }
      take(found, rows, outputs, batch, into: &reasons)
    }
    let features = schema.features.map(\.name)
    return reasons.flatMap { reason -> [CSVCells] in
      [
        .texts(Column.DictionaryColumn(codes: reason.features, values: features)), .strings(reason.values),
        .numbers(reason.contributions),
      ]
    }
  }

  /// One reason of each row.
  private struct Reasons {
    /// -1 where no further feature added anything.
    var features: [Int32] = []
    var values: [String?] = []
    /// NaN alike.
    var contributions: [Float] = []
  }

  /// The output of each row that reasons are given for: the answer's class, or the middle level.
  private func outputs(_ predictions: Predictor.Predictions) -> [Int] {
    switch schema.task {
    case .multiclass: predictions.likeliestClasses.map { Int($0) }
    case .regression, .binary, .ranking, .quantile:
      [Int](
        repeating: schema.task.outputCount / 2, count: predictions.scores.count / schema.task.outputCount)
    }
  }

  private func take(
    _ found: Contributions, _ rows: Range<Int>, _ outputs: [Int], _ batch: Table, into reasons: inout [Reasons]
  ) {
    let columns = schema.features.map { batch[$0.name] }
    for (place, row) in rows.enumerated() {
      let added = Array(found.values(row: place, output: outputs[row]))
      let order = added.indices.sorted { (abs(added[$1]), $0) < (abs(added[$0]), $1) }
      for index in 0..<count {
        guard index < order.count, added[order[index]] != 0 else {
          reasons[index].features.append(-1)
          reasons[index].values.append(nil)
          reasons[index].contributions.append(.nan)
          continue
        }
        reasons[index].features.append(Int32(order[index]))
        reasons[index].values.append(columns[order[index]]?.text(ofRow: row))
        reasons[index].contributions.append(Float(added[order[index]]))
      }
    }
  }
}
