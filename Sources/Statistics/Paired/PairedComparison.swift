/// What has to be shown of a difference between two models on the same rows: challenger less champion.
///
/// The test is one-sided: it refutes that the difference is at the margin or beyond it on the wrong side. A margin that
/// lets the challenger be worse makes it a test of non-inferiority (ICH E9, section 3.3.2; FDA, “Non-Inferiority
/// Clinical Trials”, 2016).
package struct PairedHypothesis: Equatable, Sendable {
  package enum Side: Sendable {
    /// The difference is above the margin: for metrics of which more is better.
    case above
    /// … is below it: for losses.
    case below
  }

  package enum Form: String, Sendable {
    case superiority
    case nonInferiority = "non-inferiority"
  }

  package var side: Side
  /// What the difference must clear.
  package var margin: Double
  /// Of the test, 0.5..<1: it errs in at most a share of 1 - `confidence` of the cases.
  package var confidence: Double

  package init(side: Side, margin: Double, confidence: Double) {
    self.side = side
    self.margin = margin
    self.confidence = confidence
  }

  package var form: Form {
    switch side {
    case .above: margin < 0 ? .nonInferiority : .superiority
    case .below: margin > 0 ? .nonInferiority : .superiority
    }
  }

  /// The standard normal quantile of the confidence.
  var deviate: Double { Distribution.normalQuantile(confidence) }

  /// P(Z beyond `z`) for a statistic that is large and positive where the difference is far above the margin.
  func pValue(ofDeviate z: Double) -> Double {
    side == .above ? Distribution.normalSurvival(z) : Distribution.normalCumulative(z)
  }

  /// The p-value of a difference that is known without error.
  func pValue(ofExact difference: Double) -> Double {
    switch side {
    case .above: difference > margin ? 0 : 1
    case .below: difference < margin ? 0 : 1
    }
  }
}

/// What a paired test found.
package struct PairedComparison: Equatable, Sendable {
  package enum Test: String, Sendable {
    case deLong = "DeLong"
    case mcNemar = "exact McNemar"
    case tango = "Tango score"
    case bootstrap = "paired bootstrap"
  }

  package var test: Test
  package var hypothesis: PairedHypothesis
  package var rowCount: Int
  /// The metric of each model over all rows.
  package var challenger: Double
  package var champion: Double
  /// One-sided confidence bounds of the difference: each alone has the hypothesis's confidence.
  package var lower: Double
  package var upper: Double
  /// One-sided, of the hypothesis's contrary.
  package var pValue: Double

  package var difference: Double { challenger - champion }

  /// Whether it is shown with the confidence asked for: 1 - 0.9 is a little less than 0.1 in a computer.
  package var isShown: Bool { pValue <= 1 - hypothesis.confidence + 1e-12 }
}
