internal import CForest

extension Forest {
  /// Gives `body` the trees as the kernels read them, for the time of the call.
  func withTrees<Value>(_ body: (UnsafePointer<forest_trees>) -> Value) -> Value {
    nodes.withUnsafeBufferPointer { nodes in
      leaves.withUnsafeBufferPointer { leaves in
        sets.withUnsafeBufferPointer { sets in
          words.withUnsafeBufferPointer { words in
            categories.withUnsafeBufferPointer { categories in
              withTreeLists { roots, depths, groups, marks in
                var trees = forest_trees(
                  nodes: nodes.baseAddress, leaves: leaves.baseAddress, sets: sets.baseAddress,
                  words: words.baseAddress, categories: categories.baseAddress, roots: roots, depths: depths,
                  groups: groups, has_sets: marks, tree_count: self.roots.count, feature_count: featureCount,
                  category_count: categories.count, output_count: outputCount)
                return body(&trees)
              }
            }
          }
        }
      }
    }
  }

  private func withTreeLists<Value>(
    _ body: (
      UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<UInt8>?
    ) -> Value
  ) -> Value {
    roots.withUnsafeBufferPointer { roots in
      depths.withUnsafeBufferPointer { depths in
        groups.withUnsafeBufferPointer { groups in
          setMarks.withUnsafeBufferPointer { marks in
            body(roots.baseAddress, depths.baseAddress, groups.baseAddress, marks.baseAddress)
          }
        }
      }
    }
  }

  /// Adds the leaves that the rows of a range reach to `sums`, tree after tree.
  ///
  /// - Parameters:
  ///   - rows: column-major.
  ///   - sums: the range's rows x outputs, row-major.
  func add(_ range: Range<Int>, of rows: FeatureEncoder.Rows, to sums: UnsafeMutableBufferPointer<Float>) {
    guard let start = sums.baseAddress else { return }
    var expanded = [Float](repeating: 0, count: Int(FOREST_BLOCK) * (2 * featureCount + 1))
    var codes = [UInt32](repeating: 0, count: Int(FOREST_BLOCK) * (categories.count + 1))
    rows.values.withUnsafeBufferPointer { values in
      var part = forest_rows(
        values: values.baseAddress, stride: rows.rowCount, from: range.lowerBound, to: range.upperBound)
      withTrees { forest_score($0, &part, &expanded, &codes, start) }
    }
  }
}
