/// Why a model cannot be trained or used, in one sentence that says what to do.
package enum LearningError: Error, Equatable, Sendable {
  case noLibrary(tried: [String], reason: String)
  /// What XGBoost said, without its stack trace.
  case library(String)
  case unknownColumn(role: String, name: String, nearest: String?)
  case unusableColumn(name: String, reason: String)
  case singleClass(target: String, value: String, rowCount: Int)
  case noRows(String)
  case unknownParameter(name: String, nearest: String?)
  case invalidParameter(String)
  case damagedPackage(String)
}

extension LearningError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLibrary(let tried, let reason):
      "no XGBoost library (\(tried.joined(separator: ", "))): \(reason); install libxgboost-dev, or set NIGHTSHIFT_XGBOOST to the path of a libxgboost.so"
    case .library(let text): "XGBoost refused: \(text)"
    case .unknownColumn(let role, let name, let nearest):
      "the \(role) column “\(name)” is not in the data" + (nearest.map { ": did you mean “\($0)”?" } ?? "")
    case .unusableColumn(let name, let reason): "the column “\(name)” cannot be used: \(reason)"
    case .singleClass(let target, let value, let rowCount):
      "the target “\(target)” is \(value) in all \(rowCount) rows: there is nothing to tell apart; check the target, or take data with both"
    case .noRows(let what): what
    case .unknownParameter(let name, let nearest):
      "XGBoost has no parameter `\(name)` that may be set here" + (nearest.map { ": did you mean `\($0)`?" } ?? "")
    case .invalidParameter(let text): text
    case .damagedPackage(let reason): "the model package is damaged: \(reason)"
    }
  }
}
