/// What a model said of some rows, and what was true of them.
package struct ScoredRows: Sendable {
  package enum Truth: Equatable, Sendable {
    case binary([Bool])
    /// The class of each row, 0..<count.
    case classes([Int], count: Int)
    case numbers([Double])
  }

  package var truth: Truth
  /// Rows x outputs, row-major: the probability of the positive class, of each class, or the predicted number.
  package var scores: [Double]
  /// The score from which on a row of a binary task counts as positive.
  package var threshold: Double

  package init(truth: Truth, scores: [Double], threshold: Double = 0.5) {
    self.truth = truth
    self.scores = scores
    self.threshold = threshold
  }

  package var rowCount: Int {
    switch truth {
    case .binary(let labels): labels.count
    case .classes(let labels, _): labels.count
    case .numbers(let values): values.count
    }
  }

  /// The rows at `places`, in that order.
  package func over(_ places: [Int]) -> ScoredRows {
    var rows = self
    var width = 1
    switch truth {
    case .binary(let labels): rows.truth = .binary(places.map { labels[$0] })
    case .numbers(let values): rows.truth = .numbers(places.map { values[$0] })
    case .classes(let labels, let count):
      rows.truth = .classes(places.map { labels[$0] }, count: count)
      width = count
    }
    rows.scores = places.flatMap { scores[($0 * width)..<(($0 + 1) * width)] }
    return rows
  }

  /// The class that is predicted for each row, and the true one; nil for numbers.
  var classes: (predicted: [Int], actual: [Int], count: Int)? {
    switch truth {
    case .numbers: return nil
    case .binary(let labels):
      return (scores.map { $0 >= threshold ? 1 : 0 }, labels.map { $0 ? 1 : 0 }, 2)
    case .classes(let labels, let count):
      let predicted = labels.indices.map { row in
        var best = row * count
        for index in (row * count)..<((row + 1) * count) where scores[index] > scores[best] { best = index }
        return best - row * count
      }
      return (predicted, labels, count)
    }
  }
}
