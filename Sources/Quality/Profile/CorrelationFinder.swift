internal import Records
internal import Statistics
internal import Tables

/// Products of one column with those after it, over all rows.
struct CoMomentRow: Sendable {
  var moments: [CoMoments]
}

/// How columns go together: Pearson's coefficient over all rows, the others on the sample.
struct CorrelationFinder {
  let columns: [ColumnAccumulator]
  let sample: [SampledColumn]
  let rowCount: Int
  let threads: Int

  private static let strongestLimit = 100
  /// Rows of the sample where all pairs of very many columns are looked at.
  private static let wideRows = 2000

  private typealias Matrix = ProfileDocument.Correlations.Matrix
  private typealias Pair = ProfileDocument.Correlations.Pair

  /// - Parameter products: of the columns of numbers, where there are few enough of them.
  func correlations(numeric: [Int], products: [CoMomentRow]) -> ProfileDocument.Correlations {
    let varied = numeric.filter { columns[$0].table.entryCount > 1 || !columns[$0].table.isExact }
    let categorical = sample.indices.filter {
      (2...ProfileLimits.categoryLimit).contains(sample[$0].categoryCount)
    }
    let pearson = pearson(varied, numeric, products)
    let spearman = spearman(varied)
    let cramersV = square(categorical) { a, b in
      Association.cramersV(sample[a].categories ?? [], sample[b].categories ?? [])
    }
    let numbers = varied.filter { columns[$0].type != .boolean }
    let ratio = matrix(categorical, numbers) { a, b in
      Association.correlationRatio(sample[a].categories ?? [], sample[b].numbers ?? [])
    }
    let linear = products.isEmpty ? sampledPairs(varied) : Self.pairs("pearson", pearson)
    let pairs =
      linear + Self.pairs("spearman", spearman) + Self.pairs("cramers-v", cramersV)
      + Self.allPairs("correlation-ratio", ratio)
    return ProfileDocument.Correlations(
      pearson: pearson, spearman: spearman, cramersV: cramersV, correlationRatio: ratio,
      strongest: Self.strongest(pairs))
  }

  /// Whether a matrix of so many columns has room.
  private func hasRoom(_ indices: [Int]) -> Bool { (1...ProfileLimits.matrixColumns).contains(indices.count) }

  private func pearson(_ varied: [Int], _ numeric: [Int], _ products: [CoMomentRow]) -> Matrix? {
    guard varied.count > 1, !products.isEmpty else { return nil }
    func value(_ a: Int, _ b: Int) -> Double? {
      guard a != b, let i = numeric.firstIndex(of: min(a, b)), let j = numeric.firstIndex(of: max(a, b)) else {
        return 1
      }
      return products[i].moments[j - i - 1].correlation
    }
    let names = varied.map { columns[$0].name }
    return Matrix(
      rows: names, columns: names, values: varied.map { a in varied.map { value(a, $0) } }, rowCount: rowCount)
  }

  private func spearman(_ varied: [Int]) -> Matrix? {
    guard hasRoom(varied) else { return nil }
    let ranked = varied.map { RankedSample(sample[$0].numbers ?? []) }
    let place = Dictionary(uniqueKeysWithValues: varied.enumerated().map { ($1, $0) })
    return square(varied) { a, b in
      guard let a = place[a], let b = place[b] else { return nil }
      return RankedSample.spearman(ranked[a], ranked[b])
    }
  }

  /// A symmetric matrix with ones down the middle.
  private func square(_ indices: [Int], _ value: @Sendable (Int, Int) -> Double?) -> Matrix? {
    guard indices.count > 1, hasRoom(indices) else { return nil }
    var rows = indices.map { _ in [Double?]() }
    ParallelPieces.forEach(&rows, threads: threads) { row, place in
      row = indices[..<place].map { value(indices[place], $0) } + [1]
    }
    let names = indices.map { sample[$0].name }
    let values = indices.indices.map { a in indices.indices.map { b in a >= b ? rows[a][b] : rows[b][a] } }
    return Matrix(rows: names, columns: names, values: values, rowCount: sampleRowCount)
  }

  private func matrix(_ first: [Int], _ second: [Int], _ value: @Sendable (Int, Int) -> Double?) -> Matrix? {
    guard hasRoom(first), hasRoom(second) else { return nil }
    var rows = first.map { _ in [Double?]() }
    ParallelPieces.forEach(&rows, threads: threads) { row, place in row = second.map { value(first[place], $0) } }
    return Matrix(
      rows: first.map { sample[$0].name }, columns: second.map { sample[$0].name }, values: rows,
      rowCount: sampleRowCount)
  }

  private var sampleRowCount: Int {
    sample.first.map { $0.numbers?.count ?? $0.categories?.count ?? 0 } ?? 0
  }

  /// The strongest of very many columns of numbers, on rows from all over the sample.
  private func sampledPairs(_ varied: [Int]) -> [Pair] {
    let count = min(sampleRowCount, Self.wideRows)
    let places = (0..<count).map { $0 * sampleRowCount / count }
    let blocks = varied.map { column in CentredBlock(sample[column].numbers.map { all in places.map { all[$0] } } ?? [])
    }
    var found = varied.map { _ in [Pair]() }
    ParallelPieces.forEach(&found, threads: threads) { row, place in
      let pairs = blocks.indices.dropFirst(place + 1).compactMap { other -> Pair? in
        var moments = CoMoments()
        moments.add(blocks[place], blocks[other])
        return moments.correlation.map {
          Pair(
            measure: "pearson", first: sample[varied[place]].name, second: sample[varied[other]].name, value: $0,
            rowCount: count)
        }
      }
      row = Self.strongest(pairs)
    }
    return found.flatMap { $0 }
  }

  private static func pairs(_ measure: String, _ matrix: Matrix?) -> [Pair] {
    guard let matrix else { return [] }
    return matrix.rows.indices.flatMap { a in
      (0..<a).compactMap { b in
        matrix.values[a][b].map {
          Pair(
            measure: measure, first: matrix.columns[b], second: matrix.rows[a], value: $0, rowCount: matrix.rowCount)
        }
      }
    }
  }

  private static func allPairs(_ measure: String, _ matrix: Matrix?) -> [Pair] {
    guard let matrix else { return [] }
    return matrix.rows.indices.flatMap { a in
      matrix.columns.indices.compactMap { b in
        matrix.values[a][b].map {
          Pair(
            measure: measure, first: matrix.rows[a], second: matrix.columns[b], value: $0, rowCount: matrix.rowCount)
        }
      }
    }
  }

  private static func strongest(_ pairs: [Pair]) -> [Pair] {
    let sorted = pairs.sorted { a, b in
      (-abs(a.value), a.measure, a.first, a.second) < (-abs(b.value), b.measure, b.first, b.second)
    }
    return Array(sorted.prefix(strongestLimit))
  }
}
