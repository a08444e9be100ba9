# The few doors. CI goes through .ci/run, which calls the same.

.PHONY: build check fmt fuzz goldens demo

build:          ## compile and package, without tests
	mvn -q -B -DskipTests package

check:          ## everything that must hold
	mvn -B verify

fmt:            ## format the sources
	mvn -q -B spotless:apply

fuzz:           ## half a minute for everything that reads octets of others
	scripts/fuzz.sh

goldens:        ## write generated documentation and other golden files anew
	scripts/update-goldens.sh

demo:           ## the whole pipeline on the bundled sample
	./weir demo
