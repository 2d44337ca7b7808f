/// XGBoost's C functions as a table that is filled when a model is trained or scored: the header is compiled in, the
/// library is loaded then. Only functions that 1.7 and 3.x share are in it.
#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <xgboost/c_api.h>

#define XGBOOST_FUNCTIONS(F) \
  F(XGBoostVersion) F(XGBGetLastError) F(XGBSetGlobalConfig) \
  F(XGDMatrixCreateFromDense) F(XGDMatrixFree) F(XGDMatrixSetInfoFromInterface) F(XGDMatrixSetStrFeatureInfo) \
  F(XGProxyDMatrixCreate) F(XGProxyDMatrixSetDataDense) F(XGQuantileDMatrixCreateFromCallback) \
  F(XGBoosterCreate) F(XGBoosterFree) F(XGBoosterSetParam) F(XGBoosterUpdateOneIter) F(XGBoosterBoostOneIter) F(XGBoosterEvalOneIter) \
  F(XGBoosterSlice) F(XGBoosterPredictFromDense) F(XGBoosterPredictFromDMatrix) F(XGBoosterLoadModelFromBuffer) \
  F(XGBoosterSaveModelToBuffer) F(XGBoosterFeatureScore) F(XGBoosterSetStrFeatureInfo)

#define XGBOOST_FIELD(name) __typeof__(&name) _Nonnull name;

struct xgboost_functions {
  XGBOOST_FUNCTIONS(XGBOOST_FIELD)
};

/// Fills the table from an opened library; gives the name of the first missing function, or NULL.
static inline const char *_Nullable xgboost_bind(void *_Nonnull library, struct xgboost_functions *_Nonnull functions) {
#define XGBOOST_BIND(name) \
  { \
    void *symbol = dlsym(library, #name); \
    if (!symbol) return #name; \
    *(void **)&functions->name = symbol; \
  }
  XGBOOST_FUNCTIONS(XGBOOST_BIND)
#undef XGBOOST_BIND
  return NULL;
}
