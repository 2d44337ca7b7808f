internal import Glibc

/// What each row adds to a loss, in the caller's order.
package enum RowLosses {
  /// Clipped at the spacing of doubles, as scikit-learn's `log_loss` does.
  private static func logLoss(_ probability: Double) -> Double {
    -Glibc.log(min(max(probability, .ulpOfOne), 1 - .ulpOfOne))
  }

  /// - Parameter scores: probabilities of the positive class.
  package static func log(scores: [Double], positives: [Bool]) -> [Double] {
    zip(scores, positives).map { score, isPositive in logLoss(isPositive ? score : 1 - score) }
  }

  /// - Parameter probabilities: rows x classes, row-major; they need not add up to 1.
  package static func log(probabilities: [Double], labels: [Int], classCount: Int) -> [Double] {
    labels.enumerated().map { row, label in
      let scores = probabilities[(row * classCount)..<((row + 1) * classCount)]
      return logLoss(probabilities[row * classCount + label] / scores.reduce(0, +))
    }
  }

  package static func squared(predicted: [Double], actual: [Double]) -> [Double] {
    zip(predicted, actual).map { ($0 - $1) * ($0 - $1) }
  }

  /// The mean pinball loss over the levels.
  ///
  /// - Parameter predicted: rows x levels, row-major.
  package static func pinball(predicted: [Double], levels: [Double], actual: [Double]) -> [Double] {
    actual.enumerated().map { row, value in
      let losses = levels.indices.map { index in
        let difference = value - predicted[row * levels.count + index]
        return max(levels[index] * difference, (levels[index] - 1) * difference)
      }
      return losses.reduce(0, +) / Double(levels.count)
    }
  }
}
