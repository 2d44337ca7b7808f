/// Numbers, sizes and times as people read them.
enum Format {
  /// `digits` behind the point, rounded half away from zero.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1
    for _ in 0..<min(digits, 15) { scale *= 10 }
    guard value.isFinite, abs(value) < 1e12, abs(value) * Double(scale) < 9e18 else {
      return scientific(value, 3)
    }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard digits > 0 else { return sign + grouped(scaled) }
    let fraction = String(scaled % scale)
    return sign + grouped(scaled / scale) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// A metric: three digits from ten thousandths on, more room for large numbers.
  static func metric(_ value: Double) -> String {
    fixed(value, abs(value) >= 1000 ? 0 : abs(value) >= 100 ? 1 : abs(value) >= 10 ? 2 : 4)
  }

  static func metric(_ value: Double?) -> String { value.map { metric($0) } ?? "–" }

  /// With a sign: a difference.
  static func delta(_ value: Double) -> String { (value > 0 ? "+" : "") + fixed(value, 4) }

  /// `1,234,567`.
  static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude).utf8
    var text = value < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// `1 run`, `1,234 runs`.
  static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

  static func bytes(_ count: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where count >= size {
      let value = Double(count) / Double(size)
      return fixed(value, value < 10 ? 1 : 0) + " " + unit
    }
    return "\(count) B"
  }

  static func seconds(_ value: Double) -> String {
    if value < 0.0005 { return "0 s" }
    if value < 1 { return fixed(value * 1000, 0) + " ms" }
    if value < 120 { return fixed(value, 1) + " s" }
    let minutes = Int(value / 60)
    return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }

  /// `1.5e−12`, with at most `digits` behind the point.
  static func scientific(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var text = fixed(mantissa, digits)
    while text.hasSuffix("0"), text.contains(".") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return (value < 0 ? "−" : "") + text + "e" + (exponent < 0 ? "−" : "") + "\(abs(exponent))"
  }

  static func percent(_ share: Double) -> String { fixed(share * 100, share < 0.1 ? 1 : 0) + " %" }

  /// `0.0001` and above as a number, smaller ones as a bound.
  static func pValue(_ value: Double) -> String { value < 0.0001 ? "< 0.0001" : fixed(value, 4) }

  /// A metric's name as people say it.
  static func metricTitle(_ name: String) -> String {
    [
      "auc": "AUC", "pr_auc": "PR-AUC", "log_loss": "log loss", "brier": "Brier score", "f1": "F1",
      "macro_f1": "macro F1",
      "macro_auc": "macro AUC", "rmse": "RMSE", "mae": "MAE", "r2": "R²", "macro_precision": "macro precision",
      "macro_recall": "macro recall", "mcc": "MCC", "balanced_accuracy": "balanced accuracy",
      "ece": "calibration error", "ece_equal_mass": "calibration error, equal mass",
      "max_calibration_error": "largest calibration error", "expected_cost": "expected cost",
      "median_ae": "median absolute error", "mape": "MAPE", "smape": "sMAPE", "poisson_deviance": "Poisson deviance",
      "quantile_loss": "quantile loss", "interval_coverage": "interval coverage", "interval_width": "interval width",
      "ndcg": "NDCG", "ndcg_at_5": "NDCG@5", "ndcg_at_10": "NDCG@10", "map": "MAP", "squared_error": "squared error",
      "absolute_error": "absolute error",
    ][name] ?? name
  }
}
