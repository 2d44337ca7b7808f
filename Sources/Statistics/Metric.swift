/// The metrics that Nightshift knows, by the names that specs and documents use.
package enum Metric: String, CaseIterable, Sendable {
  case auc, prAUC = "pr_auc", logLoss = "log_loss", brier, accuracy, precision, recall, f1
  case macroAUC = "macro_auc", macroPrecision = "macro_precision", macroRecall = "macro_recall", macroF1 = "macro_f1"
  case rmse, mae, r2
}

/// Metrics with why some are missing.
package struct MetricSet: Equatable, Sendable {
  package var values: [String: Double] = [:]
  package var undefined: [String: String] = [:]

  subscript(metric: Metric) -> Double? {
    get { values[metric.rawValue] }
    set { values[metric.rawValue] = newValue }
  }

  mutating func leaveOut(_ metrics: [Metric], _ reason: String) {
    for metric in metrics { undefined[metric.rawValue] = reason }
  }
}
