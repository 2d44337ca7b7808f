internal import CXGBoost

/// Rows to learn from, in the library: it keeps a copy of what is not missing. Freed with its last reference.
final class FeatureMatrix {
  /// What is known of each row beside its features.
  struct RowFacts {
    /// Row-major, rows x targets.
    var labels: [Float]
    /// Labels a row.
    var targetCount = 1
    /// One a row, or one a group where there are groups; nil where all count the same.
    var weights: [Float]?
    /// How many rows each query has, in the order of the rows.
    var groupSizes: [UInt32]?

    init(labels: [Float], targetCount: Int = 1, weights: [Float]? = nil, groupSizes: [UInt32]? = nil) {
      self.labels = labels
      self.targetCount = targetCount
      self.weights = weights
      self.groupSizes = groupSizes
    }
  }

  let handle: DMatrixHandle
  let library: XGBoostLibrary

  init(_ handle: DMatrixHandle?, _ library: XGBoostLibrary) throws(LearningError) {
    guard let handle else { throw .library("it made no matrix") }
    self.handle = handle
    self.library = library
  }

  /// - Parameter rows: one or more.
  convenience init(
    _ rows: FeatureEncoder.Rows, features: [ModelSchema.Feature], _ facts: RowFacts, threads: Int
  ) throws(LearningError) {
    let library = try XGBoostLibrary.shared()
    var handle: DMatrixHandle?
    let code = rows.values.withUnsafeBufferPointer { buffer in
      library.functions.XGDMatrixCreateFromDense(
        ArrayInterface(buffer, rows: rows.rowCount, columns: features.count, order: .byColumn).text,
        "{\"missing\": NaN, \"nthread\": \(threads)}", &handle)
    }
    try library.check(code)
    try self.init(handle, library)
    try set("feature_name", features.map(\.name))
    try set("feature_type", features.map(\.kind.libraryType))
    try set(facts)
  }

  deinit { _ = library.functions.XGDMatrixFree(handle) }

  /// One label a row, all rows alike.
  convenience init(
    _ rows: FeatureEncoder.Rows, features: [ModelSchema.Feature], labels: [Float], threads: Int
  ) throws(LearningError) {
    try self.init(rows, features: features, RowFacts(labels: labels), threads: threads)
  }

  func set(_ facts: RowFacts) throws(LearningError) {
    let width = facts.targetCount
    let code = facts.labels.withUnsafeBufferPointer { buffer in
      library.functions.XGDMatrixSetInfoFromInterface(
        handle, "label", ArrayInterface(buffer, rows: buffer.count / width, columns: width, order: .byRow).text)
    }
    try library.check(code)
    // Groups come before weights, of which there is one for each then.
    if let sizes = facts.groupSizes {
      try library.check(
        sizes.withUnsafeBufferPointer {
          library.functions.XGDMatrixSetInfoFromInterface(handle, "group", ArrayInterface($0).text)
        })
    }
    if let weights = facts.weights {
      try library.check(
        weights.withUnsafeBufferPointer {
          library.functions.XGDMatrixSetInfoFromInterface(handle, "weight", ArrayInterface($0).text)
        })
    }
  }

  func set(_ field: String, _ texts: [String]) throws(LearningError) {
    try library.check(
      withCStrings(texts) {
        library.functions.XGDMatrixSetStrFeatureInfo(handle, field, $0, bst_ulong(texts.count))
      })
  }
}

extension ModelSchema.Feature.Kind {
  /// `c` for what has categories, `q` for quantities.
  var libraryType: String { isCategorical ? "c" : "q" }
}

/// NumPy's array interface, version 3, of values that stay where they are as long as their buffer does.
struct ArrayInterface {
  enum Order { case byRow, byColumn }

  let text: String

  /// Rows x columns of 32-bit floats.
  init(_ buffer: UnsafeBufferPointer<Float>, rows: Int, columns: Int, order: Order) {
    let size = MemoryLayout<Float>.size
    let strides = order == .byRow ? [size * columns, size] : [size, size * rows]
    self.init(UnsafeRawPointer(buffer.baseAddress), shape: [rows, columns], strides: strides, type: "<f4")
  }

  init(_ buffer: UnsafeBufferPointer<Float>) {
    self.init(UnsafeRawPointer(buffer.baseAddress), shape: [buffer.count], strides: [4], type: "<f4")
  }

  init(_ buffer: UnsafeBufferPointer<UInt32>) {
    self.init(UnsafeRawPointer(buffer.baseAddress), shape: [buffer.count], strides: [4], type: "<u4")
  }

  private init(_ start: UnsafeRawPointer?, shape: [Int], strides: [Int], type: String) {
    text =
      "{\"data\": [\(UInt(bitPattern: start)), true], \"shape\": \(shape), \"strides\": \(strides),"
      + " \"typestr\": \"\(type)\", \"version\": 3}"
  }
}
