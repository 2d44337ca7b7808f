#pragma once
#include <dlfcn.h>
#include <xgboost/c_api.h>
