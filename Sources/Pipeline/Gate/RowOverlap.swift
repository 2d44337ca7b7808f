/// Rows of test data that stand in training data, too, value for value.
///
/// Rows with few values repeat themselves without being the same rows. If test and training rows were drawn alike and
/// apart, a test row would have a twin among the training rows about as often as a training row has one among the others:
/// only what goes beyond that is suspicious.
struct RowOverlap: Equatable {
  let testCount: Int
  /// Test rows with a twin among the training rows.
  let sharedCount: Int
  let trainingCount: Int
  /// Training rows with a twin among the other training rows.
  let repeatedCount: Int

  /// - Parameters:
  ///   - test: a hash of each test row.
  ///   - training: a hash of each training row, by the same function.
  init(test: [UInt64], training: [UInt64]) {
    let (test, training) = (test.sorted(), training.sorted())
    (testCount, trainingCount) = (test.count, training.count)
    var (shared, place) = (0, 0)
    for hash in test {
      while place < training.count, training[place] < hash { place += 1 }
      if place < training.count, training[place] == hash { shared += 1 }
    }
    sharedCount = shared
    repeatedCount = training.indices.count { row in
      row > 0 && training[row - 1] == training[row]
        || row + 1 < training.count && training[row + 1] == training[row]
    }
  }

  /// The share of test rows with a twin that chance would give.
  var expectedShare: Double { trainingCount == 0 ? 0 : Double(repeatedCount) / Double(trainingCount) }

  /// Whether more test rows have a twin than chance explains: by a hundredth of them, and by four standard errors.
  var isSuspicious: Bool {
    guard testCount > 0 else { return false }
    let (rows, expected) = (Double(testCount), expectedShare)
    let error = (expected * (1 - expected) / rows).squareRoot()
    return Double(sharedCount) / rows > expected + max(0.01, 4 * error)
  }

  /// - Parameter whose: `the challenger`.
  func complaint(_ whose: String) -> String? {
    guard isSuspicious else { return nil }
    return
      "\(sharedCount) of the \(testCount) test rows stand among the rows that \(whose) was trained on, value for value, where chance would explain \(Int((expectedShare * Double(testCount)).rounded()))"
  }
}
