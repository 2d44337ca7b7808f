internal import CXGBoost

/// A matrix of the library: rows x features, NaN where missing. Freed with its last reference.
final class FeatureMatrix {
  let handle: DMatrixHandle
  private let library: XGBoostLibrary

  /// - Parameters:
  ///   - values: row-major, `rowCount` x `features.count`.
  ///   - labels: one a row; nil for a matrix that is only scored.
  init(
    _ values: [Float], rowCount: Int, features: [ModelSchema.Feature], labels: [Float]?, threads: Int
  ) throws(LearningError) {
    let library = try XGBoostLibrary.shared()
    self.library = library
    var handle: DMatrixHandle?
    let code = values.withUnsafeBufferPointer { buffer in
      let address = UInt(bitPattern: buffer.baseAddress)
      let array =
        "{\"data\": [\(address), true], \"shape\": [\(rowCount), \(features.count)], \"typestr\": \"<f4\", \"version\": 3}"
      return library.functions.XGDMatrixCreateFromDense(array, "{\"missing\": NaN, \"nthread\": \(threads)}", &handle)
    }
    try library.check(code)
    guard let handle else { throw .library("it made no matrix") }
    self.handle = handle
    try setFeatures(features)
    if let labels { try setLabels(labels) }
  }

  deinit { _ = library.functions.XGDMatrixFree(handle) }

  private func setLabels(_ labels: [Float]) throws(LearningError) {
    let code = labels.withUnsafeBytes { bytes in
      // 1 is the library's number for 32-bit floats.
      library.functions.XGDMatrixSetDenseInfo(handle, "label", bytes.baseAddress, bst_ulong(labels.count), 1)
    }
    try library.check(code)
  }

  private func setFeatures(_ features: [ModelSchema.Feature]) throws(LearningError) {
    try set("feature_name", features.map(\.name))
    try set("feature_type", features.map { $0.kind.isCategorical ? "c" : "q" })
  }

  private func set(_ field: String, _ texts: [String]) throws(LearningError) {
    try library.check(
      withCStrings(texts) {
        library.functions.XGDMatrixSetStrFeatureInfo(handle, field, $0, bst_ulong(texts.count))
      })
  }
}

/// A booster of the library. Freed with its last reference.
final class Booster {
  private let handle: BoosterHandle
  private let library: XGBoostLibrary

  /// A new booster that learns from the first matrix and may be asked about all of them.
  init(_ matrices: [FeatureMatrix], parameters: [(name: String, value: String)]) throws(LearningError) {
    let library = try XGBoostLibrary.shared()
    var handle: BoosterHandle?
    let handles: [DMatrixHandle?] = matrices.map(\.handle)
    try library.check(
      handles.withUnsafeBufferPointer {
        library.functions.XGBoosterCreate($0.baseAddress, bst_ulong($0.count), &handle)
      })
    self.library = library
    self.handle = try Self.unwrap(handle)
    for (name, value) in parameters {
      try library.check(library.functions.XGBoosterSetParam(self.handle, name, value))
    }
  }

  /// The booster that `model` holds as JSON.
  init(model: [UInt8], threads: Int) throws(LearningError) {
    let library = try XGBoostLibrary.shared()
    var handle: BoosterHandle?
    try library.check(library.functions.XGBoosterCreate(nil, 0, &handle))
    self.library = library
    self.handle = try Self.unwrap(handle)
    try library.check(
      model.withUnsafeBytes {
        library.functions.XGBoosterLoadModelFromBuffer(self.handle, $0.baseAddress, bst_ulong($0.count))
      })
    try library.check(library.functions.XGBoosterSetParam(self.handle, "nthread", "\(threads)"))
  }

  private init(handle: BoosterHandle, library: XGBoostLibrary) {
    self.handle = handle
    self.library = library
  }

  deinit { _ = library.functions.XGBoosterFree(handle) }

  func update(round: Int, _ matrix: FeatureMatrix) throws(LearningError) {
    try library.check(library.functions.XGBoosterUpdateOneIter(handle, Int32(round), matrix.handle))
  }

  /// The value of each evaluation metric on each matrix, by `SET METRIC`, in the library's order.
  func evaluate(round: Int, _ matrices: [(name: String, matrix: FeatureMatrix)]) throws(LearningError) -> [(
    name: String, value: Double
  )] {
    var handles: [DMatrixHandle?] = matrices.map(\.matrix.handle)
    var result: UnsafePointer<CChar>?
    let code = withCStrings(matrices.map(\.name)) {
      library.functions.XGBoosterEvalOneIter(
        handle, Int32(round), &handles, $0, bst_ulong(matrices.count), &result)
    }
    try library.check(code)
    // `[3]\ttrain-logloss:0.5\tvalidation-logloss:0.6`
    return (result.map { String(cString: $0) } ?? "").split(separator: "\t").dropFirst().compactMap { item in
      guard let colon = item.lastIndex(of: ":"), let dash = item.firstIndex(of: "-"),
        let value = Double(item[item.index(after: colon)...])
      else { return nil }
      return ("\(item[..<dash]) \(item[item.index(after: dash)..<colon])", value)
    }
  }

  /// Writes the features' names and types into the model, so that other tools read them there.
  func name(_ features: [ModelSchema.Feature]) throws(LearningError) {
    for (field, texts) in [
      ("feature_name", features.map(\.name)), ("feature_type", features.map { $0.kind.isCategorical ? "c" : "q" }),
    ] {
      try library.check(
        withCStrings(texts) {
          library.functions.XGBoosterSetStrFeatureInfo(handle, field, $0, bst_ulong(texts.count))
        })
    }
  }

  /// The first `rounds` rounds alone.
  func prefix(_ rounds: Int) throws(LearningError) -> Booster {
    var sliced: BoosterHandle?
    try library.check(library.functions.XGBoosterSlice(handle, 0, Int32(rounds), 1, &sliced))
    return Booster(handle: try Self.unwrap(sliced), library: library)
  }

  /// The model as JSON.
  func model() throws(LearningError) -> [UInt8] {
    var count: bst_ulong = 0
    var bytes: UnsafePointer<CChar>?
    try library.check(library.functions.XGBoosterSaveModelToBuffer(handle, "{\"format\": \"json\"}", &count, &bytes))
    return UnsafeBufferPointer(start: bytes, count: Int(count)).map { UInt8(bitPattern: $0) }
  }

  /// Rows x outputs, row-major.
  func predict(_ matrix: FeatureMatrix) throws(LearningError) -> [Float] {
    var shape: UnsafePointer<bst_ulong>?
    var dimensions: bst_ulong = 0
    var values: UnsafePointer<Float>?
    let config =
      "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": true}"
    try library.check(
      library.functions.XGBoosterPredictFromDMatrix(handle, matrix.handle, config, &shape, &dimensions, &values))
    let count = (0..<Int(dimensions)).reduce(1) { $0 * Int(shape?[$1] ?? 0) }
    return Array(UnsafeBufferPointer(start: values, count: count))
  }

  /// Total gain by feature; features that no split uses are missing. A booster without names calls them f0, f1, …
  func totalGain(_ names: [String]) throws(LearningError) -> [String: Double] {
    var (featureCount, dimensions) = (bst_ulong(0), bst_ulong(0))
    var features: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    var shape: UnsafePointer<bst_ulong>?
    var scores: UnsafePointer<Float>?
    try library.check(
      library.functions.XGBoosterFeatureScore(
        handle, "{\"importance_type\": \"total_gain\"}", &featureCount, &features, &dimensions, &shape, &scores))
    var gain: [String: Double] = [:]
    for index in 0..<Int(featureCount) {
      guard let name = features?[index], let score = scores?[index] else { continue }
      let text = String(cString: name)
      let index = text.hasPrefix("f") ? Int(text.dropFirst()) : nil
      gain[names.contains(text) ? text : index.flatMap { names.indices.contains($0) ? names[$0] : nil } ?? text] =
        Double(score)
    }
    return gain
  }

  private static func unwrap(_ handle: BoosterHandle?) throws(LearningError) -> BoosterHandle {
    guard let handle else { throw .library("it made no booster") }
    return handle
  }
}

/// Gives `body` the texts as an array of C strings that live as long as the call.
private func withCStrings<Value>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Value
) -> Value {
  let strings = texts.map { Array($0.utf8CString) }
  return strings.flatMap { $0 }.withUnsafeBufferPointer { buffer in
    var offset = 0
    var pointers: [UnsafePointer<CChar>?] = strings.map { string in
      defer { offset += string.count }
      return buffer.baseAddress.map { $0 + offset }
    }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
  }
}
