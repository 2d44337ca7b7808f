internal import Learning
internal import Tables

/// The columns of a file of predictions that hold what the model says.
struct ScoreColumns {
  let task: ModelSchema.Task
  /// From which score on the answer of two classes is the positive one; nil: no answer is given.
  var threshold: Double?

  /// The scores, and `prediction` for the answer of a model of classes.
  var names: [String] {
    switch task {
    case .multiclass: task.scoreNames + ["prediction"]
    case .binary where threshold != nil: task.scoreNames + ["prediction"]
    case .regression, .binary, .quantile, .ranking: task.scoreNames
    }
  }

  func cells(_ predictions: Predictor.Predictions) -> [CSVCells] {
    let width = task.outputCount
    let rowCount = predictions.scores.count / width
    // Scores are 32-bit: their shortest text is that of a Float.
    var cells = (0..<width).map { index in
      CSVCells.numbers((0..<rowCount).map { Float(predictions.scores[$0 * width + index]) })
    }
    switch (task, threshold) {
    case (.multiclass(let classes), _):
      cells.append(.texts(Column.DictionaryColumn(codes: predictions.likeliestClasses, values: classes)))
    case (.binary(let negative, let positive), let threshold?):
      let codes = answers(predictions, threshold: threshold).classes
      cells.append(.texts(Column.DictionaryColumn(codes: codes, values: [negative, positive])))
    default: break
    }
    return cells
  }

  /// One number and, where the task has answers, one answer a row, by which two models are compared.
  struct Answers {
    var scores: [Double]
    /// Places of classes; empty where models give numbers.
    var classes: [Int32]
  }

  /// - Parameter chosen: the classes whose scores are taken of a multi-class model; nil: the likeliest.
  func answers(_ predictions: Predictor.Predictions, threshold: Double, of chosen: [Int32]? = nil) -> Answers {
    let (scores, width) = (predictions.scores, task.outputCount)
    switch task {
    case .regression, .ranking: return Answers(scores: scores, classes: [])
    case .binary: return Answers(scores: scores, classes: scores.map { $0 >= threshold ? 1 : 0 })
    case .quantile(let levels):
      let middle = levels.count / 2
      return Answers(scores: stride(from: middle, to: scores.count, by: width).map { scores[$0] }, classes: [])
    case .multiclass:
      let classes = predictions.likeliestClasses
      return Answers(
        scores: (chosen ?? classes).enumerated().map { scores[$0 * width + Int($1)] }, classes: classes)
    }
  }
}
