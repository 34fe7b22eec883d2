# SPDX-License-Identifier: GPL-2.0
# cppcheck, on the tools and the tests' programs.

add 15 cppcheck

# Left out:
cpp_ignore=(
	comparePointers			# a section's two bounds are of one array
	invalidFunctionArg		# mmap() of no file: its fd -1 is unknown to cppcheck 2.10
	invalidPointerCast		# reports find their fields by offset
	getcontextCalled makecontextCalled swapcontextCalled	# what a claim measures
	getpwnamCalled getpwuidCalled	# one thread calls it
	readdirCalled			# readdir_r() is the deprecated one
	'resourceLeak:tests/*'		# programs of tests end soon
	'leakReturnValNotUsed:tests/*'
	'nullPointerRedundantCheck:tests/*'	# a test that meets a null pointer shall fail
)
cpp_options=(
	--quiet --inline-suppr '--enable=warning,portability,performance' --library=posix
	--error-exitcode=1 "--template={file}:{line}: {severity}: {message} [{id}]"
	-I. -Itools -D_GNU_SOURCE '-DLIBBPF_OPTS(type,name,...)=struct type name = { __VA_ARGS__ }'
	'-DTH_LOG(...)=' '-DSKIP(...)='
	# jansson's, of which one round is enough; a semicolon would end the macro.
	'-Djson_array_foreach(array,i,value)=if (i = 0, (value = json_array_get(array, i)))'
	'-Djson_object_foreach(object,key,value)=if (key = json_object_iter_key(object), (value = json_object_get(object, key)))'
)

check_cppcheck() {
	files '*.c' tools tests | grep -v '\.bpf\.c$' |
		once_each cppcheck "$(cppcheck --version) $({ files '*.h' bpf kmod tools tests; files '*.def' tools; echo tools/oscope.c; } | xargs cat | sha256sum)" \
			cppcheck "${cpp_options[@]}" "${cpp_ignore[@]/#/--suppress=}" | none
}
