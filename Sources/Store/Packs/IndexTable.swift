internal import Disk

/// Rows of digests and where their blobs are, sorted by digest, as a file has them: looked up without being read in.
///
/// Digests are spread evenly, so that a row's place can be guessed from its first bytes.
struct IndexTable: Sendable {
  /// Where the rows are: in a file that is never changed, or in memory.
  enum Source: Sendable {
    case file(MappedFile)
    case memory([UInt8])
  }

  private let source: Source
  private let start: Int
  private let rowBytes: Int
  let count: Int

  /// - Parameters:
  ///   - start: of the first row in the source, which holds `count` rows of `rowBytes` from there on.
  init(_ source: Source, start: Int, rowBytes: Int, count: Int) {
    self.source = source
    self.start = start
    self.rowBytes = rowBytes
    self.count = count
  }

  /// Gives the first row of that digest to `body`, and those of the same digest behind it; nil where there is none.
  func find<Value>(_ digest: Digest, _ body: (UnsafeRawBufferPointer) -> Value?) -> Value? {
    withBytes { bytes in
      var place = firstPlace(of: digest, bytes)
      while place < count, Digest(rowAt: place, bytes, start, rowBytes) == digest {
        let row = start + place * rowBytes
        if let value = body(UnsafeRawBufferPointer(rebasing: bytes[row..<row + rowBytes])) { return value }
        place += 1
      }
      return nil
    }
  }

  /// All rows, in order.
  func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    withBytes { bytes in
      for place in 0..<count {
        let row = start + place * rowBytes
        body(UnsafeRawBufferPointer(rebasing: bytes[row..<row + rowBytes]))
      }
    }
  }

  /// The first place whose digest is not less: between two places that narrow in on where it should be.
  private func firstPlace(of digest: Digest, _ bytes: UnsafeRawBufferPointer) -> Int {
    var (low, high) = (0, count)
    // A guess by interpolation first, then halving what is left on one side of it.
    let guess = Int(digest.prefix.multipliedFullWidth(by: UInt64(count)).high)
    var step = 8
    if guess < count, Digest(rowAt: guess, bytes, start, rowBytes) < digest {
      low = guess + 1
      while low + step < high, Digest(rowAt: low + step, bytes, start, rowBytes) < digest {
        low += step + 1
        step *= 2
      }
      high = min(high, low + step)
    } else if guess < count {
      high = guess
      while high - step > low, !(Digest(rowAt: high - step, bytes, start, rowBytes) < digest) {
        high -= step
        step *= 2
      }
      low = max(low, high - step)
    }
    while low < high {
      let middle = (low + high) / 2
      if Digest(rowAt: middle, bytes, start, rowBytes) < digest { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    switch source {
    case .file(let file): file.withBytes(body)
    case .memory(let bytes): bytes.withUnsafeBytes(body)
    }
  }
}

extension Digest {
  /// The digest that a row begins with.
  fileprivate init(rowAt place: Int, _ bytes: UnsafeRawBufferPointer, _ start: Int, _ rowBytes: Int) {
    self.init(raw: UnsafeRawBufferPointer(rebasing: bytes[(start + place * rowBytes)...]))
  }
}
