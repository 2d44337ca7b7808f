internal import CXGBoost

/// A booster of the library. Freed with its last reference.
final class Booster {
  let handle: BoosterHandle
  let library: XGBoostLibrary
  /// As many as it learns with, as text; nil: as the library likes.
  private var threads: String?

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
    try set(parameters)
  }

  /// The booster that `model` holds as JSON.
  init(model: [UInt8], threads: Int) throws(LearningError) {
    // 3.x ends the process over an empty buffer, where it gives an error for all other nonsense.
    guard model.first == UInt8(ascii: "{") else { throw .library("the model is not JSON") }
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

  /// What `model` holds as JSON, to learn more from the first matrix.
  convenience init(
    _ matrices: [FeatureMatrix], goingOnFrom model: [UInt8], parameters: [(name: String, value: String)]
  ) throws(LearningError) {
    try self.init(matrices, parameters: [])
    try library.check(
      model.withUnsafeBytes {
        library.functions.XGBoosterLoadModelFromBuffer(handle, $0.baseAddress, bst_ulong($0.count))
      })
    try set(parameters)
  }

  private init(handle: BoosterHandle, library: XGBoostLibrary) {
    self.handle = handle
    self.library = library
  }

  deinit { _ = library.functions.XGBoosterFree(handle) }

  /// The settings of ``init(_:parameters:)`` for a booster that has learnt before.
  func set(_ parameters: [(name: String, value: String)]) throws(LearningError) {
    for (name, value) in parameters { try library.check(library.functions.XGBoosterSetParam(handle, name, value)) }
    threads = parameters.last { $0.name == "nthread" }?.value ?? threads
  }

  func update(round: Int, _ matrix: FeatureMatrix) throws(LearningError) {
    try library.check(library.functions.XGBoosterUpdateOneIter(handle, Int32(round), matrix.handle))
  }

  /// The value of each evaluation metric on each matrix, by `SET METRIC`, in the library's order. One thread computes:
  /// the library adds up what its threads found, and so the last bits would depend on how many there are.
  func evaluate(round: Int, _ matrices: [(name: String, matrix: FeatureMatrix)]) throws(LearningError) -> [(
    name: String, value: Double
  )] {
    var handles: [DMatrixHandle?] = matrices.map(\.matrix.handle)
    var result: UnsafePointer<CChar>?
    // A linear model learns something else once it was told anything anew; it has one thread anyway.
    let isSpread = threads != nil && threads != "1"
    if isSpread { try library.check(library.functions.XGBoosterSetParam(handle, "nthread", "1")) }
    let code = withCStrings(matrices.map(\.name)) {
      library.functions.XGBoosterEvalOneIter(
        handle, Int32(round), &handles, $0, bst_ulong(matrices.count), &result)
    }
    try library.check(code)
    if isSpread, let threads { try library.check(library.functions.XGBoosterSetParam(handle, "nthread", threads)) }
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
  func prefix(_ rounds: Int) throws(LearningError) -> Booster { try slice(0..<rounds) }

  /// Some rounds alone, counted from 0.
  func slice(_ rounds: Range<Int>) throws(LearningError) -> Booster {
    var sliced: BoosterHandle?
    try library.check(
      library.functions.XGBoosterSlice(handle, Int32(rounds.lowerBound), Int32(rounds.upperBound), 1, &sliced))
    return Booster(handle: try Self.unwrap(sliced), library: library)
  }

  /// The model as JSON.
  func model() throws(LearningError) -> [UInt8] {
    var count: bst_ulong = 0
    var bytes: UnsafePointer<CChar>?
    try library.check(library.functions.XGBoosterSaveModelToBuffer(handle, "{\"format\": \"json\"}", &count, &bytes))
    return UnsafeBufferPointer(start: bytes, count: Int(count)).map { UInt8(bitPattern: $0) }
  }

  /// Rows x outputs, row-major. The rows are read where they are: the same scores as those of a matrix, to the last bit.
  func predict(_ rows: FeatureEncoder.Rows, featureCount: Int) throws(LearningError) -> [Float] {
    var shape: UnsafePointer<bst_ulong>?
    var dimensions: bst_ulong = 0
    var values: UnsafePointer<Float>?
    let config =
      "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": true,"
      + " \"missing\": NaN, \"cache_id\": 0}"
    let code = rows.values.withUnsafeBufferPointer { buffer in
      library.functions.XGBoosterPredictFromDense(
        handle, ArrayInterface(buffer, rows: rows.rowCount, columns: featureCount, order: .byColumn).text, config, nil,
        &shape, &dimensions,
        &values)
    }
    try library.check(code)
    let count = (0..<Int(dimensions)).reduce(1) { $0 * Int(shape?[$1] ?? 0) }
    return Array(UnsafeBufferPointer(start: values, count: count))
  }

  /// Each feature's share of the total gain of all splits, 0...1, in the features' order; features that no split uses
  /// are left out. The booster must know its features' names.
  func gainShares(_ features: [ModelSchema.Feature]) throws(LearningError) -> [(name: String, share: Double)] {
    var (featureCount, dimensions) = (bst_ulong(0), bst_ulong(0))
    var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    var shape: UnsafePointer<bst_ulong>?
    var scores: UnsafePointer<Float>?
    try library.check(
      library.functions.XGBoosterFeatureScore(
        handle, "{\"importance_type\": \"total_gain\"}", &featureCount, &names, &dimensions, &shape, &scores))
    var gains: [String: Double] = [:]
    for index in 0..<Int(featureCount) {
      guard let name = names?[index], let score = scores?[index] else { continue }
      gains[String(cString: name)] = Double(score)
    }
    // Summed in one order, always: the share must be the same to its last bit.
    let used = features.compactMap { feature in gains[feature.name].map { (name: feature.name, gain: $0) } }
    let total = used.reduce(0) { $0 + $1.gain }
    return total > 0 ? used.map { ($0.name, $0.gain / total) } : []
  }

  private static func unwrap(_ handle: BoosterHandle?) throws(LearningError) -> BoosterHandle {
    guard let handle else { throw .library("it made no booster") }
    return handle
  }
}

/// Gives `body` the texts as an array of C strings that live as long as the call.
func withCStrings<Value>(
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
