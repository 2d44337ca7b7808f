extension Metric {
  /// Which of two values is the better one.
  package enum Better: Sendable { case higher, lower }

  /// Nil where neither is: a coverage is to be near what was promised.
  package var better: Better? {
    switch self {
    case .auc, .prAUC, .accuracy, .balancedAccuracy, .precision, .recall, .f1, .mcc, .macroAUC, .macroPrecision,
      .macroRecall, .macroF1, .r2, .ndcg, .map:
      .higher
    case .logLoss, .brier, .ece, .eceEqualMass, .maxCalibrationError, .expectedCost, .rmse, .mae, .medianAE, .mape,
      .smape, .poissonDeviance, .quantileLoss, .intervalWidth:
      .lower
    case .intervalCoverage: nil
    }
  }

  /// Names that carry a number: a rank, or a quantile.
  private static let families: [(start: String, end: String, better: Better?)] = [
    ("top_", "_accuracy", .higher), ("ndcg_at_", "", .higher), ("quantile_loss_p", "", .lower), ("coverage_p", "", nil),
  ]

  private static func family(of name: String) -> (start: String, end: String, better: Better?)? {
    families.first { family in
      guard name.hasPrefix(family.start), name.hasSuffix(family.end) else { return false }
      let number = name.dropFirst(family.start.count).dropLast(family.end.count)
      return number.first?.isNumber ?? false
    }
  }

  /// Whether a model of some task has a metric of that name, as `auc` or `top_3_accuracy`.
  package static func isKnown(_ name: String) -> Bool { Metric(rawValue: name) != nil || family(of: name) != nil }

  /// Which of two values of the metric of that name is the better one; nil where neither is.
  package static func better(_ name: String) -> Better? {
    Metric(rawValue: name)?.better ?? family(of: name)?.better
  }

  /// Names to guess among.
  package static var names: [String] { allCases.map(\.rawValue) + ["top_3_accuracy", "ndcg_at_5", "ndcg_at_10"] }
}

extension FairnessSample {
  /// What documents say of the groups of a column.
  package static let measures = [
    "demographic_parity_difference", "demographic_parity_ratio", "equalized_odds_difference", "equalized_odds_ratio",
    "equal_opportunity_difference", "equal_opportunity_ratio", "predictive_parity_difference", "disparate_impact",
  ]

  /// Groups that are treated alike have no difference, and a ratio of 1.
  package static func better(_ measure: String) -> Metric.Better { measure.hasSuffix("_difference") ? .lower : .higher }
}
