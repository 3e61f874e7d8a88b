/*
 * The C functions behind the names of include/plugin_api.def.  All may raise.
 */
#ifndef VIGIE_PLUGIN_FENCE_H
#define VIGIE_PLUGIN_FENCE_H

#include <lua.h>

#define API_MEMBER(lib, name, function) int function(lua_State *L);
#define API_GLOBAL(name, function) int function(lua_State *L);
#define API_METHOD(class, name, function, most) int function(lua_State *L);
#include "gen/plugin_api.inc"

/* Columns of a frame, and its groups (trace_frame.c, trace_group.c). */
int trace_column(lua_State *L);
int trace_frame_by(lua_State *L, int node);

#endif
