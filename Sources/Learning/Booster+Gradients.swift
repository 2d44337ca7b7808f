internal import CXGBoost

extension Booster {
  /// One more round, towards gradients of the caller's own.
  ///
  /// - Parameters:
  ///   - gradients: row-major, rows x outputs.
  ///   - hessians: as many.
  func update(_ matrix: FeatureMatrix, gradients: inout [Float], hessians: inout [Float]) throws(LearningError) {
    let count = bst_ulong(gradients.count)
    let code = gradients.withUnsafeMutableBufferPointer { gradients in
      hessians.withUnsafeMutableBufferPointer { hessians in
        library.functions.XGBoosterBoostOneIter(
          handle, matrix.handle, gradients.baseAddress, hessians.baseAddress, count)
      }
    }
    try library.check(code)
  }

  /// The leaf that each row comes to in each tree of one round, counted from 0: row-major, rows x trees.
  func leaves(_ matrix: FeatureMatrix, round: Int) throws(LearningError) -> [Int32] {
    // 1.x tells leaves from the first round on only.
    try slice(round..<round + 1).leaves(matrix)
  }

  private func leaves(_ matrix: FeatureMatrix) throws(LearningError) -> [Int32] {
    try predict(
      matrix,
      "{\"type\": 6, \"training\": false, \"iteration_begin\": 0, "
        + "\"iteration_end\": 0, \"strict_shape\": true}"
    ).map { Int32($0) }
  }

  /// The sums of leaves before the objective's transform: row-major, rows x outputs.
  func margins(_ matrix: FeatureMatrix) throws(LearningError) -> [Float] {
    try predict(
      matrix,
      "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
        + "\"strict_shape\": true}")
  }

  /// What the model says, for boosters that cannot read rows where they are: row-major, rows x outputs.
  func scores(_ matrix: FeatureMatrix) throws(LearningError) -> [Float] {
    try predict(
      matrix,
      "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": true}")
  }

  private func predict(_ matrix: FeatureMatrix, _ settings: String) throws(LearningError) -> [Float] {
    var (shape, dimensions) = (UnsafePointer<bst_ulong>?.none, bst_ulong(0))
    var values: UnsafePointer<Float>?
    try library.check(
      library.functions.XGBoosterPredictFromDMatrix(
        handle, matrix.handle, settings, &shape, &dimensions, &values))
    let count = UnsafeBufferPointer(start: shape, count: Int(dimensions)).reduce(1) { $0 * Int($1) }
    return Array(UnsafeBufferPointer(start: values, count: count))
  }
}
