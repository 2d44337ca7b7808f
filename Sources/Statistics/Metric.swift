/// The metrics that Nightshift knows, by the names that specs and documents use.
package enum Metric: String, CaseIterable, Sendable {
  case auc, prAUC = "pr_auc", logLoss = "log_loss", brier, accuracy, precision, recall, f1
  case macroAUC = "macro_auc", macroPrecision = "macro_precision", macroRecall = "macro_recall", macroF1 = "macro_f1"
  case rmse, mae, r2
  case mcc, balancedAccuracy = "balanced_accuracy", ece, eceEqualMass = "ece_equal_mass"
  case maxCalibrationError = "max_calibration_error", expectedCost = "expected_cost"
  case medianAE = "median_ae", mape, smape, poissonDeviance = "poisson_deviance"
  case quantileLoss = "quantile_loss", intervalCoverage = "interval_coverage", intervalWidth = "interval_width"
  case ndcg, map
}

/// Metrics with why some are missing.
package struct MetricSet: Equatable, Sendable {
  package var values: [String: Double] = [:]
  package var undefined: [String: String] = [:]

  subscript(metric: Metric) -> Double? {
    get { values[metric.rawValue] }
    set { values[metric.rawValue] = newValue }
  }

  init() {}

  /// - Parameters:
  ///   - values: one a name; what is NaN or infinite is left out.
  ///   - reasons: why, for those that may be.
  init(names: [String], values: [Double], reasons: [String: String]) {
    for (name, value) in zip(names, values) {
      if value.isFinite {
        self.values[name] = value
      } else {
        undefined[name] =
          value.isNaN ? reasons[name] ?? "these rows leave it undefined" : "it is too large for a number"
      }
    }
  }

  mutating func leaveOut(_ metrics: [Metric], _ reason: String) {
    for metric in metrics { undefined[metric.rawValue] = reason }
  }
}
