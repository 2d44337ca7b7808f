/// Two models that are right or wrong on the same rows: what can be said of the difference of their accuracies comes
/// from the rows on which one alone is right (Q. McNemar, Psychometrika 12, 1947).
package struct McNemar: Equatable, Sendable {
  /// Rows on which the challenger alone is right.
  package var challengerAlone: Int
  /// … the champion alone.
  package var championAlone: Int
  /// Rows on which both are right.
  package var both: Int
  package var rowCount: Int

  /// - Parameters:
  ///   - challenger: whether it is right, one a row; at least one row.
  ///   - champion: whether it is right on the same rows.
  package init(challenger: [Bool], champion: [Bool]) {
    (challengerAlone, championAlone, both, rowCount) = (0, 0, 0, challenger.count)
    for (first, second) in zip(challenger, champion) {
      if first, second { both += 1 } else if first { challengerAlone += 1 } else if second { championAlone += 1 }
    }
  }

  package init(challengerAlone: Int, championAlone: Int, rowCount: Int) {
    (self.challengerAlone, self.championAlone, self.rowCount) = (challengerAlone, championAlone, rowCount)
    both = 0
  }

  /// Two-sided, by the binomial distribution (statsmodels, `mcnemar(exact=True)`).
  package var exactPValue: Double {
    let few = min(challengerAlone, championAlone)
    let half = Distribution.binomialCumulative(few, trials: challengerAlone + championAlone, probability: 0.5)
    return challengerAlone + championAlone == 0 ? 1 : min(1, 2 * half)
  }

  /// Statistic and p-value with Edwards's correction for continuity (statsmodels, `mcnemar(exact=False)`); nil where the
  /// models never differ.
  package var corrected: Divergence.Test? {
    let discordant = Double(challengerAlone + championAlone)
    guard discordant > 0 else { return nil }
    let excess = abs(Double(challengerAlone - championAlone)) - 1
    let statistic = excess * excess / discordant
    return Divergence.Test(
      statistic: statistic, pValue: Distribution.chiSquareSurvival(statistic, degreesOfFreedom: 1))
  }

  /// The exact test where the margin is zero, else the score test that McNemar's is a case of. The bounds are Tango's.
  package func comparison(_ hypothesis: PairedHypothesis) -> PairedComparison {
    let score = TangoScore(challengerAlone: challengerAlone, championAlone: championAlone, rowCount: rowCount)
    let bounds = score.bounds(hypothesis.deviate)
    let isExact = hypothesis.margin == 0
    return PairedComparison(
      test: isExact ? .mcNemar : .tango, hypothesis: hypothesis, rowCount: rowCount,
      challenger: Double(both + challengerAlone) / Double(rowCount),
      champion: Double(both + championAlone) / Double(rowCount),
      lower: bounds.lower, upper: bounds.upper,
      pValue: isExact
        ? oneSidedPValue(hypothesis.side) : hypothesis.pValue(ofDeviate: score.deviate(at: hypothesis.margin)))
  }

  /// P(as many or more discordant rows for the side), given how many there are.
  private func oneSidedPValue(_ side: PairedHypothesis.Side) -> Double {
    let wins = side == .above ? challengerAlone : championAlone
    guard wins > 0 else { return 1 }
    return Distribution.binomialSurvival(wins - 1, trials: challengerAlone + championAlone, probability: 0.5)
  }
}

/// The score test and interval for the difference of two paired proportions (T. Tango, “Equivalence test and confidence
/// interval for the difference in proportions for the paired-sample design”, Statistics in Medicine 17, 1998). It stays
/// sound where the models hardly differ, which Wald's does not.
struct TangoScore {
  /// b and c of the paper.
  let challengerAlone: Int
  let championAlone: Int
  let rowCount: Int

  /// The statistic T(Δ) of the hypothesis that the difference is Δ; it falls as Δ rises.
  func deviate(at difference: Double) -> Double {
    let (b, c, n) = (Double(challengerAlone), Double(championAlone), Double(rowCount))
    let room = difference * (1 - difference)
    let a2 = 2 * n
    let a1 = -b - c + (2 * n - b + c) * difference
    let a0 = -c * room
    // The estimate of q21 under the hypothesis.
    let q = (max(0, a1 * a1 - 4 * a2 * a0).squareRoot() - a1) / (2 * a2)
    let variance = n * (2 * q + room)
    let excess = b - c - n * difference
    guard variance > 0 else { return excess == 0 ? 0 : excess > 0 ? .infinity : -.infinity }
    return excess / variance.squareRoot()
  }

  /// The differences at which the statistic is `z` and -`z`.
  func bounds(_ z: Double) -> (lower: Double, upper: Double) { (root(z), root(-z)) }

  private func root(_ z: Double) -> Double {
    var (low, high) = (-1.0, 1.0)
    // T falls: 100 halvings are more than a double has digits.
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if deviate(at: middle) > z { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
