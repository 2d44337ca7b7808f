/// The rows of a search in the library, once for all trials, however many are under way.
///
/// `@unchecked Sendable`: nobody writes to them once they are made. Trees learn from bins, which are counted out when their
/// matrix is made and only read from then on (`IterativeDMatrix` of 1.7 to 3.x; those of a `SimpleDMatrix` are not: the
/// library makes them when it is first asked, so a trial that needs such a matrix gets its own). Rows to be judged on are
/// walked as they are, by each booster with predictions of its own.
package final class TrialMatrices: @unchecked Sendable {
  let rows: TrialRows
  /// By turn.
  let validation: [FeatureMatrix]
  /// By turn; nil where the rows have none to share.
  private let bins: [FeatureMatrix]?

  /// Encodes the rows.
  ///
  /// - Parameter threads: as many compute now; how many does not show.
  package init(_ rows: TrialRows, threads: Int) throws {
    self.rows = rows
    var options = rows.options
    options.threads = threads
    let trainer = Trainer(options)
    var (validation, bins) = ([FeatureMatrix](), [FeatureMatrix]())
    for index in 0..<rows.turnCount {
      let turn = try rows.turn(index)
      if rows.hasBins { bins.append(try trainer.learningMatrix(rows.schema, turn.training)) }
      validation.append(try trainer.matrix(rows.schema, turn.validation))
    }
    self.validation = validation
    self.bins = rows.hasBins ? bins : nil
  }

  /// What a trial of these options learns from, by turn, where that is what all share.
  func shared(by options: TrainingOptions) throws(LearningError) -> [FeatureMatrix]? {
    guard try options.booster(for: rows.schema.task) == .trees, options.binCount == rows.options.binCount else {
      return nil
    }
    return bins
  }

  /// What a trial of these options learns from, by turn: made for it alone. Where there are no bins to share, any trial can
  /// learn from it.
  func training(_ options: TrainingOptions) throws -> [FeatureMatrix] {
    let trainer = Trainer(options)
    return try (0..<rows.turnCount).map { index in
      let set = try rows.turn(index).training
      return try rows.hasBins ? trainer.learningMatrix(rows.schema, set) : trainer.matrix(rows.schema, set)
    }
  }
}
