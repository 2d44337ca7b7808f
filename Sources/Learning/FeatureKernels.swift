internal import Tables

// The loops that touch every value of a training table once. Each writes one column of a column-major matrix.

/// Writes integers as floats from `start` on, NaN for the missing ones.
func fill(_ output: inout MutableSpan<Float>, from start: Int, with numbers: Span<Int64>) {
  for row in numbers.indices {
    let number = numbers[row]
    output[start + row] = number == Column.missingInteger ? .nan : Float(number)
  }
}

/// Writes 1 and 0 from `start` on, NaN for the missing ones.
func fill(_ output: inout MutableSpan<Float>, from start: Int, with booleans: Span<Int8>) {
  for row in booleans.indices {
    let boolean = booleans[row]
    output[start + row] = boolean < 0 ? .nan : Float(boolean)
  }
}

/// Writes numbers as floats from `start` on; gives the first row whose number is no finite float, nil where all are.
func fill(_ output: inout MutableSpan<Float>, from start: Int, with numbers: Span<Double>) -> Int? {
  var infiniteCount = 0
  for row in numbers.indices {
    let value = Float(numbers[row])
    output[start + row] = value
    infiniteCount &+= value.isInfinite ? 1 : 0
  }
  guard infiniteCount > 0 else { return nil }
  return numbers.indices.first { Float(numbers[$0]).isInfinite }
}

/// Writes the translation of each code from `start` on, leaving missing (negative) codes as they are; gives the count of
/// codes that translate to NaN.
func fill(
  _ output: inout MutableSpan<Float>, from start: Int, with codes: Span<Int32>, translated: Span<Float>
) -> Int {
  var unseen = 0
  for row in codes.indices where codes[row] >= 0 {
    let value = translated[Int(codes[row])]
    output[start + row] = value
    unseen &+= value.isNaN ? 1 : 0
  }
  return unseen
}

/// Writes how many seconds of a period have passed at each time from `start` on, NaN for the missing ones.
///
/// - Parameter times: ``Column/ticksPerSecond`` a second, since 1970.
/// - Parameter period: seconds.
func fill(_ output: inout MutableSpan<Float>, from start: Int, with times: Span<Int64>, period: Int) {
  let ticks = Int64(period) * Column.ticksPerSecond
  for row in times.indices {
    let time = times[row]
    guard time != Column.missingInteger else {
      output[start + row] = .nan
      continue
    }
    let passed = time % ticks
    output[start + row] = Float((passed < 0 ? passed + ticks : passed) / Column.ticksPerSecond)
  }
}
